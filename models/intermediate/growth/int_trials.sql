with

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

-- a state that is signed for later has not begun
states as (
    select * from {{ ref('int_subscription_states') }}
    where effective_date <= {{ as_of_date() }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

trialing_states as (
    select
        subscription_id,
        min(effective_date) as first_trialing_date
    from states
    where status = 'trialing'
    group by subscription_id
),

-- D-80: a trial is what the subscription says, or else what its states show
begun_trials as (
    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.trial_end_date,
        subscriptions.service_end_date,
        coalesce(subscriptions.trial_start_date, trialing_states.first_trialing_date)
            as trial_start_date
    from subscriptions
    left join trialing_states
        on subscriptions.subscription_id = trialing_states.subscription_id
    where
        coalesce(subscriptions.trial_start_date, trialing_states.first_trialing_date)
        <= {{ as_of_date() }}
),

-- from the day on which the trial began: the state in force then, and what followed
states_since as (
    select
        begun_trials.subscription_id,
        begun_trials.trial_start_date,
        states.status,
        states.plan_id,
        states.effective_date
    from begun_trials
    inner join states
        on
            begun_trials.subscription_id = states.subscription_id
            and (
                states.next_date is null
                or begun_trials.trial_start_date < states.next_date
            )
),

-- one that is in force already ends the trial on the day on which it begins
next_states as (
    select
        subscription_id,
        min(
            case
                when effective_date < trial_start_date then trial_start_date
                else effective_date
            end
        ) as first_date_after_trial
    from states_since
    where status != 'trialing'
    group by subscription_id
),

-- the one in force has begun first
ranked_states as (
    select
        subscription_id,
        plan_id,
        row_number() over (
            partition by subscription_id
            order by effective_date
        ) as place
    from states_since
),

final as (
    select
        begun_trials.subscription_id,
        begun_trials.account_id,
        begun_trials.trial_start_date,
        coalesce(
            begun_trials.trial_end_date,
            next_states.first_date_after_trial,
            begun_trials.service_end_date
        ) as trial_end_date,
        ranked_states.plan_id,
        coalesce(plans.plan_tier, 'unknown') as plan_tier
    from begun_trials
    left join next_states
        on begun_trials.subscription_id = next_states.subscription_id
    left join ranked_states
        on
            begun_trials.subscription_id = ranked_states.subscription_id
            and ranked_states.place = 1
    left join plans
        on ranked_states.plan_id = plans.plan_id
)

select * from final
