with

subscriptions as (
    select * from {{ ref('stg_subscriptions') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

changes as (
    select * from {{ ref('stg_subscription_changes') }}
),

last_live_states as (
    select
        subscription_id,
        max(case when status != 'canceled' then effective_at end) as last_live_at
    from changes
    group by subscription_id
),

canceled_states as (
    select
        changes.subscription_id,
        -- D-07: where canceled_at is empty, the canceled state that nothing followed stands for it
        min(
            case
                when
                    last_live_states.last_live_at is null
                    or changes.effective_at > last_live_states.last_live_at
                    then changes.effective_date
            end
        ) as final_canceled_date
    from changes
    inner join last_live_states
        on changes.subscription_id = last_live_states.subscription_id
    where changes.status = 'canceled'
    group by changes.subscription_id
),

cancellations as (
    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.created_date,
        subscriptions.trial_start_date,
        subscriptions.trial_end_date,
        subscriptions.cancel_reason,
        subscriptions.cancel_comment,
        coalesce(subscriptions.canceled_date, canceled_states.final_canceled_date)
            as canceled_date,
        -- an end that lies ahead counts only where somebody has asked for it by now
        case
            when
                subscriptions.ended_date <= {{ as_of_date() }}
                or subscriptions.canceled_date is not null
                or canceled_states.subscription_id is not null
                then subscriptions.ended_date
        end as ended_date
    from subscriptions
    inner join accounts
        on
            subscriptions.account_id = accounts.account_id
            and not accounts.is_internal
    left join canceled_states
        on subscriptions.subscription_id = canceled_states.subscription_id
),

final as (
    select
        subscription_id,
        account_id,
        created_date,
        trial_start_date,
        trial_end_date,
        cancel_reason,
        cancel_comment,
        canceled_date,
        {{ service_end_date('ended_date', 'canceled_date') }} as service_end_date
    from cancellations
)

select * from final
