-- A count-based rate lies between the ends of its interval, and these on the scale; all three are
-- there or none, and none while the period is not over (repeat purchases are of all time).
{%- set marts = [
    ('fct_retention_monthly', 'mrr_month', 'is_partial_month', [
        'customer_churn_rate', 'customer_retention_rate', 'trailing_12_customer_churn_rate',
        'free_account_churn_rate', 'downgraded_to_free_churn_rate', 'payment_failure_churn_rate',
        'paused_churn_rate', 'fully_discounted_churn_rate', 'cancelled_churn_rate',
        'unknown_churn_rate',
    ]),
    ('fct_retention_by_period', 'period_start_date', 'is_partial_period', [
        'customer_churn_rate', 'customer_retention_rate', 'renewal_rate',
    ]),
    ('fct_cohort_retention', 'mrr_month', 'is_partial_month', ['cohort_retention_rate']),
    ('fct_renewals_monthly', 'due_month', 'is_partial_month', ['renewal_rate']),
    ('fct_repeat_purchases_monthly', 'mrr_month', '1 = 0', ['repeat_purchase_rate']),
] %}
with

intervals as (
    {%- for mart, month, is_partial, rates in marts %}
    {%- set last_mart = loop.last %}
    {%- for rate in rates %}
    select
        '{{ mart }}.{{ rate }}' as rate_name,
        {{ month }} as period_start,
        segment_type,
        segment_value,
        {{ rate }} as rate,
        {{ rate }}_ci_low as ci_low,
        {{ rate }}_ci_high as ci_high,
        {{ is_partial }} as is_partial
    from {{ ref(mart) }}
    {{ 'union all' if not (last_mart and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select *
from intervals
where
    ci_low > rate
    or ci_high < rate
    or ci_low < 0
    or ci_high > 1
    or (rate is null) != (ci_low is null)
    or (rate is null) != (ci_high is null)
    or (is_partial and rate is not null)
