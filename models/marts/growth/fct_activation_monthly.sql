-- sqlfluff:dialect:postgres
{% set counts = ['signed_up_account_count', 'activated_account_count'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

progress as (
    select * from {{ ref('int_onboarding_progress') }}
    where is_activation
),

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
    where is_activation
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

attributed_progress as (
    select
        progress.cohort_month,
        progress.plan_tier,
        {{ attribute_columns('attributes') }},
        progress.is_done,
        progress.days_to_step
    from progress
    inner join attributes
        on progress.account_id = attributes.account_id
),

sums as (
    select
        cohort_month,
        {{ segment_columns() }},
        count(*) as signed_up_account_count,
        sum(case when is_done then 1 else 0 end) as activated_account_count,
        {{ time_to_value_days('days_to_step') }} as time_to_value_days
    from attributed_progress
    {{ group_by_segments(['cohort_month']) }}
),

first_cohort as (
    select min(cohort_month) as first_month
    from progress
),

filled_sums as (
    select
        segment_months.mrr_month as cohort_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        onboarding_steps.within_days,
        sums.time_to_value_days,
        {{ zero_filled('sums', counts) }}
    from segment_months
    inner join first_cohort
        on segment_months.mrr_month >= first_cohort.first_month
    cross join onboarding_steps
    {{ join_segment_months('sums', 'cohort_month') }}
),

final as (
    select
        cohort_month,
        segment_type,
        segment_value,
        cast(within_days as bigint) as within_days,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'activation_rate',
            activation_rate('activated_account_count', 'signed_up_account_count'),
            ['activated_account_count', 'signed_up_account_count'],
        ) }},
        cast(time_to_value_days as {{ type_double() }}) as time_to_value_days,
        {{ is_cohort_decided('cohort_month', 'within_days') }} as is_matured,
        is_partial_month
    from filled_sums
)

select * from final
