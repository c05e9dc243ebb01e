{{ config(materialized='view') }}

with

stretches as (
    select * from {{ ref('int_user_day_sessions') }}
),

midnight_stretches as (
    select * from {{ ref('int_midnight_sessions') }}
),

-- what goes on after midnight is one session, of the day it began
midnight_sessions as (
    select
        user_id,
        account_id,
        min(occurred_date) as session_date,
        min(started_at) as started_at,
        max(ended_at) as ended_at
    from midnight_stretches
    group by
        user_id,
        account_id,
        session_number
),

sessions as (
    select
        user_id,
        account_id,
        occurred_date as session_date,
        started_at,
        ended_at
    from stretches
    where not is_near_midnight

    union all

    select
        user_id,
        account_id,
        session_date,
        started_at,
        ended_at
    from midnight_sessions
),

final as (
    select
        *,
        {{ microseconds_between('started_at', 'ended_at') }} as session_microseconds
    from sessions
)

select * from final
