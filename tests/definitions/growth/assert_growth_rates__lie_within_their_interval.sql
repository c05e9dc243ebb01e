-- A count-based rate lies between the ends of its interval, and these on the scale; all three are
-- there or none, and none while the period is not over or without anything to divide by.
{%- set marts = [
    ('fct_trial_conversion_monthly', 'cohort_month', 'is_partial_month',
        [('free_trial_conversion_rate', 'trial_count')]),
    ('fct_retention_by_period', 'period_start_date', 'is_partial_period',
        [('free_trial_conversion_rate', 'trial_count')]),
    ('fct_freemium_conversion_monthly', 'mrr_month', 'is_partial_month',
        [('freemium_conversion_rate', 'free_plan_account_count')]),
    ('fct_onboarding_funnel', 'cohort_month', 'is_partial_month',
        [('drop_off_rate', 'entered_account_count')]),
    ('fct_activation_monthly', 'cohort_month', 'is_partial_month',
        [('activation_rate', 'signed_up_account_count')]),
    ('fct_goal_conversion_monthly', 'exposure_month', 'is_partial_month',
        [('conversion_rate', 'exposed_visitor_count')]),
    ('fct_referrals_monthly', 'mrr_month', 'is_partial_month', [
        ('referral_conversion_rate', 'referral_count'),
        ('referred_customer_share', 'new_customer_count'),
    ]),
] %}
with

intervals as (
    {%- for mart, month, is_partial, rates in marts %}
    {%- set last_mart = loop.last %}
    {%- for rate, denominator in rates %}
    select
        '{{ mart }}.{{ rate }}' as rate_name,
        {{ month }} as period_start,
        {{ rate }} as rate,
        {{ rate }}_ci_low as ci_low,
        {{ rate }}_ci_high as ci_high,
        {{ is_partial }} or {{ denominator }} = 0 as is_nothing_to_say
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
    or (ci_low is null) != (rate is null)
    or (ci_high is null) != (rate is null)
    or is_nothing_to_say != (rate is null)
