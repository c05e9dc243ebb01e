{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=partition_by_day('occurred_date'),
    on_schema_change='fail',
    pre_hook="{{ clear_days_read_again(this, as_of_date()) }}",
) }}

{%- set restart = restart_day(this, as_of_date()) -%}

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

timed_events as (
    select
        *,
        lead(occurred_at) over (
            partition by user_id, account_id, occurred_date
            order by occurred_at, {{ by_bytes('event_name') }}
        ) as next_occurred_at
    from events
),

-- D-74: the time to the next event of the session is spent where the event happened
final as (
    select
        user_id,
        account_id,
        occurred_date,
        event_name,
        count(*) as event_count,
        cast(
            sum(
                case
                    when {{ is_same_session('occurred_at', 'next_occurred_at') }}
                        then {{ microseconds_between('occurred_at', 'next_occurred_at') }}
                    else 0
                end
            ) as bigint
        ) as active_microseconds
    from timed_events
    group by
        user_id,
        account_id,
        occurred_date,
        event_name
)

select * from final
