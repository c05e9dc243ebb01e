-- sqlfluff:dialect:postgres
-- depends_on: {{ ref('int_build_clearance') }}
with

movements as (
    select * from {{ ref('int_account_movements') }}
),

scheduled_changes as (
    select * from {{ ref('fct_scheduled_changes') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

tiers as (
    select * from {{ ref('int_account_tiers') }}
    where next_change_month is null
),

segments as (
    select distinct
        segment_type,
        segment_value
    from {{ ref('int_segment_months') }}
),

numbers as (
    {{ dbt.generate_series(13) }}
),

-- month 0 is what is left of the as-of month
coming_months as (
    select
        cast(generated_number as int) - 1 as months_ahead,
        cast(
            {{ dbt.dateadd(
                'month', 'cast(generated_number as int) - 1', month_of(as_of_date())
            ) }} as date
        ) as contracted_month
    from numbers
),

-- what each account holds now and what will change, by the tier that it holds now
account_changes as (
    select
        account_id,
        cast(null as date) as change_month,
        movement_amount as present_mrr,
        0 as change_amount,
        false as is_scheduled_churn,
        'none' as change_type
    from movements

    union all

    select
        account_id,
        change_month,
        0 as present_mrr,
        change_amount,
        is_scheduled_churn,
        change_type
    from scheduled_changes
),

segmented_changes as (
    select
        account_changes.*,
        coalesce(tiers.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }}
    from account_changes
    inner join attributes
        on account_changes.account_id = attributes.account_id
    left join tiers
        on account_changes.account_id = tiers.account_id
),

present as (
    select
        {{ segment_columns() }},
        sum(present_mrr) as mrr
    from segmented_changes
    {{ group_by_segments([]) }}
),

month_changes as (
    select
        change_month,
        {{ segment_columns() }},
        sum(case when is_scheduled_churn then 1 else 0 end) as scheduled_churn_count,
        sum(case when is_scheduled_churn then -change_amount else 0 end) as scheduled_churn_mrr,
        sum(case when change_type = 'signed_state' then change_amount else 0 end)
            as signed_change_mrr,
        sum(case when change_type = 'discount' then change_amount else 0 end)
            as discount_change_mrr,
        sum(change_amount) as change_mrr
    from segmented_changes
    where change_month is not null
    {{ group_by_segments(['change_month']) }}
),

projected_months as (
    select
        coming_months.contracted_month,
        coming_months.months_ahead,
        segments.segment_type,
        segments.segment_value,
        coalesce(present.mrr, 0) as mrr,
        coalesce(month_changes.scheduled_churn_count, 0) as scheduled_churn_count,
        coalesce(month_changes.scheduled_churn_mrr, 0) as scheduled_churn_mrr,
        coalesce(month_changes.signed_change_mrr, 0) as signed_change_mrr,
        coalesce(month_changes.discount_change_mrr, 0) as discount_change_mrr,
        sum(coalesce(month_changes.change_mrr, 0)) over (
            partition by segments.segment_type, segments.segment_value
            order by coming_months.contracted_month
            rows between unbounded preceding and current row
        ) as change_mrr_to_date
    from coming_months
    cross join segments
    left join present
        on
            segments.segment_type = present.segment_type
            and segments.segment_value = present.segment_value
    left join month_changes
        on
            coming_months.contracted_month = month_changes.change_month
            and segments.segment_type = month_changes.segment_type
            and segments.segment_value = month_changes.segment_value
),

final as (
    select
        contracted_month,
        segment_type,
        segment_value,
        cast(months_ahead as bigint) as months_ahead,
        cast(mrr as {{ type_money() }}) as mrr,
        cast(scheduled_churn_count as bigint) as scheduled_churn_count,
        cast(scheduled_churn_mrr as {{ type_money() }}) as scheduled_churn_mrr,
        cast(signed_change_mrr as {{ type_money() }}) as signed_change_mrr,
        cast(discount_change_mrr as {{ type_money() }}) as discount_change_mrr,
        {{ contracted_mrr('mrr', 'change_mrr_to_date') }} as contracted_mrr
    from projected_months
)

select * from final
