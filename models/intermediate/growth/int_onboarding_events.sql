with

events as (
    select * from {{ ref('stg_usage_events') }}
),

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
),

users as (
    select * from {{ ref('stg_users') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- the one look at usage: a handful of events, the first day of each by who did it where
first_events as (
    select
        user_id,
        account_id,
        event_name,
        min(occurred_date) as first_date
    from events
    where event_name in (select onboarding_steps.event_name from onboarding_steps)
    group by
        user_id,
        account_id,
        event_name
),

-- D-71: as for all usage, a user acts for its own account, whichever the event names
own_events as (
    select
        coalesce(users.account_id, first_events.account_id) as account_id,
        first_events.event_name,
        min(first_events.first_date) as first_date
    from first_events
    left join users
        on first_events.user_id = users.user_id
    group by
        coalesce(users.account_id, first_events.account_id),
        first_events.event_name
),

-- internal accounts have no attributes
final as (
    select
        own_events.account_id,
        own_events.event_name,
        own_events.first_date
    from own_events
    inner join attributes
        on own_events.account_id = attributes.account_id
)

select * from final
