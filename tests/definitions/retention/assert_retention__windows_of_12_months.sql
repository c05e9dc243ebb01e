-- Recomputed from the account months. Trailing 12: who opens the month 11 before, seen again at
-- this closing. Average: lost customers and openings of this month and the 11 before, pooled.
{%- set columns = [
    'opening_customer_count', 'churned_customer_count', 'opening_mrr', 'retained_mrr',
    'opening_customers_closing_mrr',
] %}
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
    where segment_type = 'total'
),

openings as (
    select
        account_id,
        opening_mrr,
        cast({{ dbt.dateadd('month', 11, 'mrr_month') }} as date) as closing_month
    from account_months
    where opening_mrr > 0
),

-- fx of the twelve months, of those who are still there
fx_amounts as (
    select
        openings.account_id,
        openings.closing_month,
        sum(account_months.fx_amount) as fx_amount
    from openings
    inner join account_months
        on
            openings.account_id = account_months.account_id
            and openings.closing_month >= account_months.mrr_month
            and cast({{ dbt.dateadd('month', -11, 'openings.closing_month') }} as date)
            <= account_months.mrr_month
    group by
        openings.account_id,
        openings.closing_month
),

members as (
    select
        openings.closing_month,
        openings.opening_mrr,
        coalesce(account_months.closing_mrr, 0) as closing_mrr,
        case
            when account_months.closing_mrr > fx_amounts.fx_amount
                then account_months.closing_mrr - fx_amounts.fx_amount
            else 0
        end as closing_mrr_without_fx
    from openings
    left join account_months
        on
            openings.account_id = account_months.account_id
            and openings.closing_month = account_months.mrr_month
            and account_months.closing_mrr > 0
    left join fx_amounts
        on
            openings.account_id = fx_amounts.account_id
            and openings.closing_month = fx_amounts.closing_month
),

trailing_months as (
    select
        closing_month,
        count(*) as opening_customer_count,
        sum(case when closing_mrr = 0 then 1 else 0 end) as churned_customer_count,
        sum(opening_mrr) as opening_mrr,
        sum(
            case
                when closing_mrr_without_fx > opening_mrr then opening_mrr
                else closing_mrr_without_fx
            end
        ) as retained_mrr,
        sum(closing_mrr_without_fx) as opening_customers_closing_mrr
    from members
    group by closing_month
),

pooled_months as (
    select
        retention_months.mrr_month,
        count(*) as window_months,
        sum(earlier.opening_customer_count) as opening_customer_count,
        sum(earlier.churned_customer_count) as churned_customer_count
    from retention_months
    inner join retention_months as earlier
        on
            retention_months.mrr_month >= earlier.mrr_month
            and cast({{ dbt.dateadd('month', -11, 'retention_months.mrr_month') }} as date)
            <= earlier.mrr_month
    group by retention_months.mrr_month
)

select
    retention_months.mrr_month,
    {%- for column in columns %}
    retention_months.trailing_12_{{ column }},
    trailing_months.{{ column }} as recomputed_{{ column }},
    {%- endfor %}
    retention_months.window_months,
    pooled_months.window_months as recomputed_window_months
from retention_months
inner join pooled_months
    on retention_months.mrr_month = pooled_months.mrr_month
left join trailing_months
    on retention_months.mrr_month = trailing_months.closing_month
where
    retention_months.window_months != pooled_months.window_months
    or retention_months.average_12m_opening_customer_count != pooled_months.opening_customer_count
    or retention_months.average_12m_churned_customer_count != pooled_months.churned_customer_count
    or abs(
        retention_months.average_monthly_churn_rate_12m * pooled_months.opening_customer_count
        - pooled_months.churned_customer_count
    ) > 0.000001
    {%- for column in columns %}
    or retention_months.trailing_12_{{ column }} != coalesce(trailing_months.{{ column }}, 0)
    {%- endfor %}
