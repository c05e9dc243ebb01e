{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=partition_by_day('occurred_date'),
    on_schema_change='fail',
    pre_hook="{{ clear_days_read_again(this, as_of_date(), 'row_status', 'raw_occurred_at') }}",
) }}

{%- set restart = restart_day(this, as_of_date(), 'row_status') -%}

-- depends_on: {{ ref('base_usage_fingerprint') }}
with

text_rows as {{ not_kept() }} (
    {{ text_rows('usage_events', source('raw', 'usage_events'),
        only=may_be_read_again(restart, as_text('occurred_at'))) }}
),

-- a key shared on any day is looked at by day below; most are not shared at all
shared_keys as (
    select raw__event_id as event_id
    from text_rows
    group by raw__event_id
    having count(*) > 1
),

typed as {{ not_kept() }} (
    {{ typed_rows('usage_events', 'text_rows') }}
),

placed as {{ not_kept() }} (
    {{ placed_rows('usage_events', 'typed', as_of_date(), judges_parents=false) }}
),

ranked as (
    {{ ranked_rows('usage_events', 'placed', ['event_id', 'occurred_date'], 'shared_keys') }}
),

ruled as (
    {{ ruled_rows('usage_events', 'ranked') }}
),

judged as (
    {{ judged_rows('usage_events', 'ruled', is_lean=true, more_columns={
        'raw_occurred_at': 'case when occurred_date is null then raw__occurred_at end',
    }) }}
),

final as (
    select *
    from judged
    where {{ is_read_again(restart, 'raw_occurred_at') }}
)

select * from final
