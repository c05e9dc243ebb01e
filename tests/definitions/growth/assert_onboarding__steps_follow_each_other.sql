-- Who reached a step comes to the next, and who came reached it, left or waits. Everybody who
-- signed up in a month comes to the first step; the step that activates asks for no other.
with

funnel as (
    select * from {{ ref('fct_onboarding_funnel') }}
),

activation as (
    select * from {{ ref('fct_activation_monthly') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

signups as (
    select
        {{ month_of('created_date') }} as cohort_month,
        count(*) as account_count
    from accounts
    where created_date <= {{ as_of_date() }}
    group by {{ month_of('created_date') }}
),

steps as (
    select
        *,
        coalesce(
            lag(reached_account_count) over (
                partition by cohort_month, segment_type, segment_value
                order by step_number
            ),
            signed_up_account_count
        ) as reached_before_count
    from funnel
)

select
    steps.cohort_month,
    steps.segment_type,
    steps.segment_value,
    steps.step_number,
    activation.activated_account_count
from steps
left join activation
    on
        steps.cohort_month = activation.cohort_month
        and steps.segment_type = activation.segment_type
        and steps.segment_value = activation.segment_value
left join signups
    on steps.cohort_month = signups.cohort_month
where
    steps.entered_account_count != steps.reached_before_count
    or steps.entered_account_count != steps.reached_account_count + steps.dropped_account_count
    + steps.waiting_account_count
    or (steps.is_matured and steps.waiting_account_count > 0)
    or (
        steps.segment_type = 'total'
        and steps.signed_up_account_count != coalesce(signups.account_count, 0)
    )
    or activation.cohort_month is null
    or steps.signed_up_account_count != activation.signed_up_account_count
    or activation.activated_account_count > activation.signed_up_account_count
    or (
        steps.is_activation and steps.reached_account_count > activation.activated_account_count
    )
    or (activation.activated_account_count = 0) != (activation.time_to_value_days is null)
    or activation.time_to_value_days > activation.within_days
