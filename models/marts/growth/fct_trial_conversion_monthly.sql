-- sqlfluff:dialect:postgres
{% set counts = [
    'trial_count', 'converted_trial_count', 'open_trial_count', 'add_on_trial_count',
    'converted_add_on_trial_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

trials as (
    select * from {{ ref('fct_trials') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- D-85: by the plan that was tried; a tier held at closing would only be held by who converted
attributed_trials as (
    select
        trials.cohort_month,
        trials.plan_tier,
        {{ attribute_columns('attributes') }},
        trials.is_add_on,
        trials.is_converted,
        trials.is_matured
    from trials
    inner join attributes
        on trials.account_id = attributes.account_id
),

sums as (
    select
        cohort_month,
        {{ segment_columns() }},
        sum(case when is_add_on then 0 else 1 end) as trial_count,
        sum(case when not is_add_on and is_converted then 1 else 0 end) as converted_trial_count,
        sum(case when is_add_on or is_matured then 0 else 1 end) as open_trial_count,
        sum(case when is_add_on then 1 else 0 end) as add_on_trial_count,
        sum(case when is_add_on and is_converted then 1 else 0 end)
            as converted_add_on_trial_count
    from attributed_trials
    {{ group_by_segments(['cohort_month']) }}
),

filled_sums as (
    select
        segment_months.mrr_month as cohort_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        {{ zero_filled('sums', counts) }}
    from segment_months
    {{ join_segment_months('sums', 'cohort_month') }}
),

final as (
    select
        cohort_month,
        segment_type,
        segment_value,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'free_trial_conversion_rate',
            free_trial_conversion_rate('converted_trial_count', 'trial_count'),
            ['converted_trial_count', 'trial_count'],
        ) }},
        open_trial_count = 0 and not is_partial_month as is_matured,
        is_partial_month
    from filled_sums
)

select * from final
