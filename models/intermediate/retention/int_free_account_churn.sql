-- sqlfluff:dialect:postgres
with

free_account_months as (
    select * from {{ ref('int_free_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- who pays nothing holds no tier
free_months as (
    select
        free_account_months.mrr_month,
        free_account_months.is_churned,
        'unknown' as plan_tier,
        {{ attribute_columns('attributes') }}
    from free_account_months
    inner join attributes
        on free_account_months.account_id = attributes.account_id
),

final as (
    select
        mrr_month,
        {{ segment_columns() }},
        count(*) as opening_free_account_count,
        sum(case when is_churned then 1 else 0 end) as churned_free_account_count
    from free_months
    {{ group_by_segments(['mrr_month']) }}
)

select * from final
