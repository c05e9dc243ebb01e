-- Steps are numbered 1 to n, each by an event of its own, due no sooner than the step before, and
-- exactly one activates.
with

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
),

neighbours as (
    select
        step_number,
        within_days,
        count(*) over (partition by event_name) as event_count,
        row_number() over (order by step_number) as place,
        lag(within_days) over (order by step_number) as within_days_before,
        sum(case when is_activation then 1 else 0 end) over () as activation_count
    from onboarding_steps
)

select
    step_number,
    place,
    within_days,
    within_days_before,
    event_count,
    activation_count
from neighbours
where
    step_number <> place
    or event_count > 1
    or within_days < within_days_before
    or activation_count <> 1
