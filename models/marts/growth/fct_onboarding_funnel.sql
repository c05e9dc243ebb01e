-- sqlfluff:dialect:postgres
{% set counts = [
    'signed_up_account_count', 'entered_account_count', 'reached_account_count',
    'dropped_account_count', 'waiting_account_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

progress as (
    select * from {{ ref('int_onboarding_progress') }}
),

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

attributed_progress as (
    select
        progress.cohort_month,
        progress.step_number,
        progress.plan_tier,
        {{ attribute_columns('attributes') }},
        progress.is_entered,
        progress.is_reached,
        progress.is_dropped
    from progress
    inner join attributes
        on progress.account_id = attributes.account_id
),

sums as (
    select
        cohort_month,
        step_number,
        {{ segment_columns() }},
        count(*) as signed_up_account_count,
        sum(case when is_entered then 1 else 0 end) as entered_account_count,
        sum(case when is_reached then 1 else 0 end) as reached_account_count,
        sum(case when is_dropped then 1 else 0 end) as dropped_account_count,
        sum(case when is_entered and not is_reached and not is_dropped then 1 else 0 end)
            as waiting_account_count
    from attributed_progress
    {{ group_by_segments(['cohort_month', 'step_number']) }}
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
        onboarding_steps.step_number,
        onboarding_steps.step,
        onboarding_steps.within_days,
        onboarding_steps.is_activation,
        {{ zero_filled('sums', counts) }}
    from segment_months
    inner join first_cohort
        on segment_months.mrr_month >= first_cohort.first_month
    cross join onboarding_steps
    left join sums
        on
            segment_months.mrr_month = sums.cohort_month
            and segment_months.segment_type = sums.segment_type
            and segment_months.segment_value = sums.segment_value
            and onboarding_steps.step_number = sums.step_number
),

final as (
    select
        cohort_month,
        segment_type,
        segment_value,
        cast(step_number as bigint) as step_number,
        cast(step as {{ dbt.type_string() }}) as step,
        cast(within_days as bigint) as within_days,
        is_activation,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'drop_off_rate',
            drop_off_rate('dropped_account_count', 'entered_account_count'),
            ['dropped_account_count', 'entered_account_count'],
        ) }},
        {{ is_cohort_decided('cohort_month', 'within_days') }} as is_matured,
        is_partial_month
    from filled_sums
)

select * from final
