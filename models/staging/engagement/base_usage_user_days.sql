{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=partition_by_day('occurred_date'),
    on_schema_change='fail',
    pre_hook="{{ clear_days_read_again(this, as_of_date(), 'day_outcome') }}",
) }}

{%- set restart = restart_day(this, as_of_date(), 'day_outcome') -%}

with

events as (
    select * from {{ ref('base_usage_events__judged') }}
),

final as (
    select
        user_id,
        account_id,
        occurred_date,
        case when row_status = 'rejected' then first_rule else row_status end as day_outcome,
        count(*) as event_count
    from events
    where {{ is_read_again(restart) }}
    group by
        user_id,
        account_id,
        occurred_date,
        case when row_status = 'rejected' then first_rule else row_status end
)

select * from final
