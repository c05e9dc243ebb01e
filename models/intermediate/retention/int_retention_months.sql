-- sqlfluff:dialect:postgres
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_month_attributes as (
    select
        account_months.mrr_month,
        account_months.movement,
        account_months.churn_kind,
        account_months.plan_tier,
        {{ attribute_columns('attributes') }},
        account_months.opening_mrr,
        account_months.closing_mrr,
        account_months.movement_amount,
        account_months.closing_mrr - account_months.fx_amount as closing_mrr_without_fx,
        account_months.is_provisional
    from account_months
    inner join attributes
        on account_months.account_id = attributes.account_id
),

final as (
    select
        mrr_month,
        {{ segment_columns() }},
        sum(case when opening_mrr > 0 then 1 else 0 end) as opening_customer_count,
        sum(case when movement = 'churn' then 1 else 0 end) as churned_customer_count,
        {%- for kind in churn_kinds() %}
        sum(case when churn_kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}_customer_count,
        {%- endfor %}
        -- won and lost inside the month: a customer neither at opening nor at closing
        sum(case when opening_mrr = 0 and closing_mrr = 0 then 1 else 0 end)
            as intra_month_churned_count,
        sum(opening_mrr) as opening_mrr,
        sum(case when movement = 'expansion' then movement_amount else 0 end) as expansion_mrr,
        sum(case when movement = 'contraction' then movement_amount else 0 end)
            as contraction_mrr,
        sum(case when movement = 'churn' then movement_amount else 0 end) as churned_mrr,
        sum({{ retained_mrr('opening_mrr', 'closing_mrr_without_fx') }}) as retained_mrr,
        sum(case when opening_mrr > 0 then closing_mrr_without_fx else 0 end)
            as opening_customers_closing_mrr,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional
    from account_month_attributes
    {{ group_by_segments(['mrr_month']) }}
)

select * from final
