-- Every lost customer has one kind: the kinds' counts and rates add up to those of all churn.
with

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

kind_sums as (
    select
        mrr_month,
        segment_type,
        segment_value,
        churned_customer_count,
        customer_churn_rate,
        {%- for kind in churn_kinds() %}
        {{ '+ ' if not loop.first }}{{ kind }}_customer_count
        {%- endfor %} as kinds_count,
        {%- for kind in churn_kinds() %}
        {{ '+ ' if not loop.first }}{{ kind }}_churn_rate
        {%- endfor %} as kinds_rate
    from retention_months
)

select *
from kind_sums
where
    kinds_count != churned_customer_count
    or abs(kinds_rate - customer_churn_rate) > 0.000000001
    or (kinds_rate is null) != (customer_churn_rate is null)
