with

accounts as (
    select * from {{ ref('stg_accounts') }}
    where
        not is_internal
        and created_date <= {{ as_of_date() }}
),

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
),

onboarding_events as (
    select * from {{ ref('int_onboarding_events') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

first_month as (
    select {{ month_of('min(first_date)') }} as first_month
    from onboarding_events
),

-- D-84: who signed up before steps were recorded cannot be seen to take one
signups as (
    select
        accounts.account_id,
        accounts.created_date,
        {{ month_of('accounts.created_date') }} as cohort_month
    from accounts
    inner join first_month
        on {{ month_of('accounts.created_date') }} >= first_month.first_month
),

due_steps as (
    select
        signups.account_id,
        signups.created_date,
        signups.cohort_month,
        onboarding_steps.step_number,
        onboarding_steps.event_name,
        onboarding_steps.is_activation,
        {{ onboarding_step_deadline('signups.created_date', 'onboarding_steps.within_days') }}
            as deadline
    from signups
    cross join onboarding_steps
),

steps as (
    select
        due_steps.account_id,
        due_steps.cohort_month,
        due_steps.step_number,
        due_steps.is_activation,
        case
            when onboarding_events.first_date < due_steps.created_date then 0
            else cast({{ dbt.datediff(
                'due_steps.created_date', 'onboarding_events.first_date', 'day'
            ) }} as int)
        end as days_to_step,
        coalesce(onboarding_events.first_date <= due_steps.deadline, false) as is_done,
        due_steps.deadline > {{ as_of_date() }} as is_window_open
    from due_steps
    left join onboarding_events
        on
            due_steps.account_id = onboarding_events.account_id
            and due_steps.event_name = onboarding_events.event_name
),

-- D-83: a step is reached by who has taken it and every one before it
counted_steps as (
    select
        *,
        min(case when is_done then 1 else 0 end) over (
            partition by account_id
            order by step_number
            rows between unbounded preceding and current row
        ) as has_done_all,
        coalesce(
            min(case when is_done then 1 else 0 end) over (
                partition by account_id
                order by step_number
                rows between unbounded preceding and 1 preceding
            ),
            1
        ) as has_done_all_before
    from steps
),

final as (
    select
        counted_steps.account_id,
        counted_steps.cohort_month,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        counted_steps.step_number,
        counted_steps.is_activation,
        counted_steps.is_done,
        case when counted_steps.is_done then counted_steps.days_to_step end as days_to_step,
        counted_steps.has_done_all_before = 1 as is_entered,
        counted_steps.has_done_all = 1 as is_reached,
        counted_steps.has_done_all_before = 1
        and not counted_steps.is_done
        and not counted_steps.is_window_open as is_dropped
    from counted_steps
    left join account_months
        on
            counted_steps.account_id = account_months.account_id
            and counted_steps.cohort_month = account_months.mrr_month
)

select * from final
