with

user_day_events as (
    select * from {{ ref('int_user_day_events') }}
),

midnight_sessions as (
    select * from {{ ref('int_midnight_sessions') }}
),

pairs as (
    select * from {{ ref('int_usage_pairs') }}
),

-- the time over a midnight belongs to the last event before it
events as (
    select
        user_id,
        account_id,
        occurred_date,
        event_name,
        event_count,
        active_microseconds
    from user_day_events

    union all

    select
        user_id,
        account_id,
        previous_date as occurred_date,
        previous_event_name as event_name,
        0 as event_count,
        gap_microseconds as active_microseconds
    from midnight_sessions
    where is_continuation
),

final as (
    select
        pairs.account_id,
        events.occurred_date,
        events.event_name,
        sum(events.event_count) as event_count,
        sum(events.active_microseconds) as active_microseconds
    from events
    inner join pairs
        on
            events.user_id = pairs.user_id
            and events.account_id = pairs.event_account_id
    group by
        pairs.account_id,
        events.occurred_date,
        events.event_name
)

select * from final
