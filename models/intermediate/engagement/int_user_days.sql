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

final as (
    select
        user_id,
        account_id,
        occurred_date,
        count(*) as activity_event_count
    from events
    group by
        user_id,
        account_id,
        occurred_date
)

select * from final
