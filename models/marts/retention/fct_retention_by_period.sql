{% set counts = ['opening_customer_count', 'churned_customer_count'] %}
{% set renewal_counts = ['due_term_count', 'renewed_term_count', 'open_term_count'] %}
{% set trial_counts = ['trial_count', 'converted_trial_count', 'open_trial_count'] %}
{% set amounts = ['opening_mrr', 'retained_mrr', 'opening_customers_closing_mrr'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

windows as (
    select * from {{ ref('int_retention_windows') }}
    where window_type in ('quarter', 'fiscal_year')
),

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

window_sums as (
    select * from {{ ref('int_window_retention') }}
),

renewals as (
    select * from {{ ref('fct_renewals_monthly') }}
    where billing_interval = 'twelve_months_and_more'
),

trials as (
    select * from {{ ref('fct_trial_conversion_monthly') }}
),
{%- for relation, month, columns in [
    ('renewals', 'due_month', renewal_counts), ('trials', 'cohort_month', trial_counts),
] %}

{{ relation }}_of_periods as (
    select
        windows.window_type,
        windows.window_start_date,
        {%- for column in columns %}
        sum({{ relation }}.{{ column }}) as {{ column }},
        {%- endfor %}
        {{ relation }}.segment_type,
        {{ relation }}.segment_value
    from windows
    inner join {{ relation }}
        on
            windows.window_start_date <= {{ relation }}.{{ month }}
            and windows.next_window_start_date > {{ relation }}.{{ month }}
    group by
        windows.window_type,
        windows.window_start_date,
        {{ relation }}.segment_type,
        {{ relation }}.segment_value
),
{%- endfor %}

sums as (
    select
        windows.window_type as period_type,
        windows.window_start_date as period_start_date,
        windows.next_window_start_date as next_period_start_date,
        windows.is_partial_window as is_partial_period,
        segment_months.segment_type,
        segment_months.segment_value,
        coalesce(window_sums.is_provisional, false) as is_provisional,
        {{ zero_filled('renewals_of_periods', renewal_counts) }},
        {{ zero_filled('trials_of_periods', trial_counts) }},
        {{ zero_filled('window_sums', counts + amounts) }}
    from windows
    inner join segment_months
        on windows.closing_month = segment_months.mrr_month
    left join window_sums
        on
            windows.window_type = window_sums.window_type
            and windows.window_start_date = window_sums.window_start_date
            and segment_months.segment_type = window_sums.segment_type
            and segment_months.segment_value = window_sums.segment_value
    {%- for relation in ['renewals_of_periods', 'trials_of_periods'] %}
    left join {{ relation }}
        on
            windows.window_type = {{ relation }}.window_type
            and windows.window_start_date = {{ relation }}.window_start_date
            and segment_months.segment_type = {{ relation }}.segment_type
            and segment_months.segment_value = {{ relation }}.segment_value
    {%- endfor %}
),

final as (
    select
        cast(period_type as {{ dbt.type_string() }}) as period_type,
        period_start_date,
        next_period_start_date,
        segment_type,
        segment_value,
        {%- for column in counts + renewal_counts + trial_counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in amounts %}
        cast({{ column }} as {{ type_money() }}) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'customer_churn_rate',
            customer_churn_rate('churned_customer_count', 'opening_customer_count'),
            ['churned_customer_count', 'opening_customer_count'],
            'is_partial_period',
        ) }},
        {{ rate_with_interval(
            'customer_retention_rate',
            customer_retention_rate('churned_customer_count', 'opening_customer_count'),
            ['(opening_customer_count - churned_customer_count)', 'opening_customer_count'],
            'is_partial_period',
        ) }},
        {{ when_month_is_over(
            gross_revenue_retention_rate('retained_mrr', 'opening_mrr'), 'is_partial_period'
        ) }} as gross_revenue_retention_rate,
        {{ when_month_is_over(
            net_revenue_retention_rate('opening_customers_closing_mrr', 'opening_mrr'),
            'is_partial_period',
        ) }} as net_revenue_retention_rate,
        {{ rate_with_interval(
            'renewal_rate',
            renewal_rate('renewed_term_count', 'due_term_count'),
            ['renewed_term_count', 'due_term_count'],
            'is_partial_period',
        ) }},
        open_term_count = 0 as is_renewal_matured,
        {{ rate_with_interval(
            'free_trial_conversion_rate',
            free_trial_conversion_rate('converted_trial_count', 'trial_count'),
            ['converted_trial_count', 'trial_count'],
            'is_partial_period',
        ) }},
        open_trial_count = 0 and not is_partial_period as is_trial_conversion_matured,
        is_partial_period,
        is_provisional
    from sums
)

select * from final
