with

stretches as (
    select * from {{ ref('int_user_day_sessions') }}
    where is_near_midnight
),

stretches_with_previous as (
    select
        *,
        lag(occurred_date) over (
            partition by user_id, account_id
            order by started_at, occurred_date
        ) as previous_date,
        lag(ended_at) over (
            partition by user_id, account_id
            order by started_at, occurred_date
        ) as previous_ended_at,
        lag(last_event_name) over (
            partition by user_id, account_id
            order by started_at, occurred_date
        ) as previous_event_name
    from stretches
),

marked_stretches as (
    select
        *,
        coalesce({{ is_same_session('previous_ended_at', 'started_at') }}, false)
            as is_continuation
    from stretches_with_previous
),

final as (
    select
        user_id,
        account_id,
        occurred_date,
        started_at,
        ended_at,
        is_continuation,
        previous_date,
        previous_event_name,
        case
            when is_continuation
                then {{ microseconds_between('previous_ended_at', 'started_at') }}
            else 0
        end as gap_microseconds,
        sum(case when is_continuation then 0 else 1 end) over (
            partition by user_id, account_id
            order by started_at, occurred_date
            rows between unbounded preceding and current row
        ) as session_number
    from marked_stretches
)

select * from final
