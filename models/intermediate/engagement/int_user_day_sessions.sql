{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=partition_by_day('occurred_date'),
    on_schema_change='fail',
    pre_hook="{{ clear_days_read_again(this, as_of_date()) }}",
) }}

{%- set restart = restart_day(this, as_of_date()) -%}
{%- set gap_minutes = session_gap_microseconds() // 60000000 -%}

with

judged_events as (
    select * from {{ ref('base_usage_events__judged') }}
),

catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

events as (
    {{ activity_events('judged_events', 'catalogue', restart) }}
),

neighbours as (
    select
        *,
        lag(occurred_at) over (
            partition by user_id, account_id, occurred_date
            order by occurred_at, {{ by_bytes('event_name') }}
        ) as previous_occurred_at,
        lead(occurred_at) over (
            partition by user_id, account_id, occurred_date
            order by occurred_at, {{ by_bytes('event_name') }}
        ) as next_occurred_at
    from events
),

marked_events as (
    select
        user_id,
        account_id,
        occurred_date,
        occurred_at,
        event_name,
        coalesce({{ is_same_session('previous_occurred_at', 'occurred_at') }}, false)
            as has_previous,
        coalesce({{ is_same_session('occurred_at', 'next_occurred_at') }}, false) as has_next
    from neighbours
),

-- only where something begins or ends: two rows a stretch at most, whatever happened in between
edges as (
    select
        *,
        lead(occurred_at) over (
            partition by user_id, account_id, occurred_date
            order by
                occurred_at,
                {{ by_bytes('event_name') }},
                case when has_previous then 1 else 0 end
        ) as next_edge_at,
        lead(event_name) over (
            partition by user_id, account_id, occurred_date
            order by
                occurred_at,
                {{ by_bytes('event_name') }},
                case when has_previous then 1 else 0 end
        ) as next_edge_name
    from marked_events
    where not has_previous or not has_next
),

stretches as (
    select
        user_id,
        account_id,
        occurred_date,
        occurred_at as started_at,
        case when has_next then next_edge_at else occurred_at end as ended_at,
        case when has_next then next_edge_name else event_name end as last_event_name
    from edges
    where not has_previous
),

final as (
    select
        user_id,
        account_id,
        occurred_date,
        started_at,
        ended_at,
        last_event_name,
        -- whether an event of another day may belong to the same session
        {{ reporting_day(dbt.dateadd('minute', -gap_minutes, 'started_at')) }} != occurred_date
        or {{ reporting_day(dbt.dateadd('minute', gap_minutes, 'ended_at')) }} != occurred_date
            as is_near_midnight
    from stretches
)

select * from final
