-- The time of an account's sessions is the time from each event to the next, to the microsecond.
with

event_time as (
    select
        account_id,
        sum(active_microseconds) as microseconds
    from {{ ref('int_account_event_months') }}
    group by account_id
),

session_time as (
    select
        account_id,
        sum(session_microseconds) as microseconds
    from {{ ref('int_account_session_months') }}
    group by account_id
)

select
    coalesce(event_time.account_id, session_time.account_id) as account_id,
    event_time.microseconds as event_microseconds,
    session_time.microseconds as session_microseconds
from event_time
full outer join session_time
    on event_time.account_id = session_time.account_id
where
    event_time.microseconds is null
    or session_time.microseconds is null
    or event_time.microseconds != session_time.microseconds
