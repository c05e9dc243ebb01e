with

sessions as (
    select * from {{ ref('int_user_sessions') }}
),

pairs as (
    select * from {{ ref('int_usage_pairs') }}
),

final as (
    select
        pairs.account_id,
        {{ month_of('sessions.session_date') }} as usage_month,
        count(*) as session_count,
        sum(sessions.session_microseconds) as session_microseconds
    from sessions
    inner join pairs
        on
            sessions.user_id = pairs.user_id
            and sessions.account_id = pairs.event_account_id
    group by
        pairs.account_id,
        {{ month_of('sessions.session_date') }}
)

select * from final
