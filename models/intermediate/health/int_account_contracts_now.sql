with

states as (
    select * from {{ ref('int_subscription_mrr') }}
    where
        valid_from <= {{ as_of_date() }}
        and (valid_to is null or valid_to > {{ as_of_date() }})
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

subscription_states as (
    select * from {{ ref('int_subscription_states') }}
),

terms_ahead as (
    select * from {{ ref('int_account_terms_ahead') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- a bridged gap holds the MRR of the state before it, and not that state
past_due as (
    select distinct account_id
    from subscription_states
    where
        status = 'past_due'
        and effective_date <= {{ as_of_date() }}
        and (next_date is null or next_date > {{ as_of_date() }})
),

held as (
    select
        states.account_id,
        sum(states.mrr) as mrr,
        max(case when {{ is_live('states.is_earning', 'states.status') }} then 1 else 0 end)
            as live_subscriptions,
        min(
            case
                when
                    {{ is_live('states.is_earning', 'states.status') }}
                    and subscriptions.service_end_date > {{ as_of_date() }}
                    then subscriptions.service_end_date
            end
        ) as service_end_date
    from states
    inner join subscriptions
        on states.subscription_id = subscriptions.subscription_id
    group by states.account_id
),

trials as (
    select
        account_id,
        max(trial_end_date) as trial_end_date
    from subscriptions
    where trial_end_date <= {{ as_of_date() }}
    group by account_id
),

contracts as (
    select
        attributes.account_id,
        cast(coalesce(held.mrr, 0) as {{ type_money() }}) as mrr,
        coalesce(held.live_subscriptions = 1, false) as is_live,
        past_due.account_id is not null as is_past_due,
        held.service_end_date,
        terms_ahead.renewal_date,
        trials.trial_end_date,
        {{ is_trial_unpaid('trials.trial_end_date', 'coalesce(held.mrr, 0)') }} as is_trial_unpaid
    from attributes
    left join held
        on attributes.account_id = held.account_id
    left join past_due
        on attributes.account_id = past_due.account_id
    left join terms_ahead
        on attributes.account_id = terms_ahead.account_id
    left join trials
        on attributes.account_id = trials.account_id
),

final as (
    select *
    from contracts
    where
        is_live
        or is_past_due
        or is_trial_unpaid
)

select * from final
