with

events as (
    select * from {{ ref('stg_usage_events') }}
),

weighted_events as (
    select distinct event_name
    from {{ ref('health_action_weights') }}
),

users as (
    select * from {{ ref('stg_users') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- as for all usage: a user acts for its own account, whichever the event names
own_events as (
    select
        coalesce(users.account_id, events.account_id) as account_id,
        events.event_name,
        events.occurred_date
    from events
    inner join weighted_events
        on events.event_name = weighted_events.event_name
    left join users
        on events.user_id = users.user_id
),

final as (
    select
        own_events.account_id,
        own_events.event_name,
        own_events.occurred_date,
        count(*) as action_count
    from own_events
    inner join attributes
        on own_events.account_id = attributes.account_id
    group by
        own_events.account_id,
        own_events.event_name,
        own_events.occurred_date
)

select * from final
