{{ config(materialized='table') }}

{%- set tables = raw_tables() | reject('equalto', 'usage_events') | list %}

with

{% for table in tables -%}
{{ table }} as (
    select * from {{ ref('base_' ~ table ~ '__judged') }}
),

{% endfor -%}
usage_events as (
    select * from {{ ref('base_usage_events__judged') }}
),

usage_parents as (
    select * from {{ ref('base_usage_parents__judged') }}
),

rejected_usage as (
    select
        event_id as source_key,
        first_rule,
        broken_rules,
        raw_row,
        loaded_at
    from usage_events
    where row_status = 'rejected'
),

-- what an event's text was is not kept, but where it breaks a rule of its own
orphaned_usage as (
    select
        usage_events.event_id as source_key,
        usage_parents.first_rule,
        usage_parents.first_rule as broken_rules,
        {{ row_as_json([
            ('event_id', 'usage_events.event_id'),
            ('user_id', 'usage_events.user_id'),
            ('account_id', 'usage_events.account_id'),
            ('occurred_at', as_text('usage_events.occurred_at')),
            ('event_name', 'usage_events.event_name'),
        ]) }} as raw_row,
        usage_events.loaded_at
    from usage_events
    inner join usage_parents
        on
            usage_events.user_id = usage_parents.user_id
            and usage_events.account_id = usage_parents.account_id
    where
        usage_events.row_status = 'staged'
        and usage_parents.first_rule = 'unknown_parent'
),

final as (
    {% for table in tables -%}
    select
        '{{ table }}' as source_table,
        source_key,
        first_rule,
        broken_rules,
        raw_row,
        loaded_at
    from {{ table }}
    where row_status = 'rejected'
    union all
    {% endfor -%}
    select
        'usage_events' as source_table,
        rejected_usage.*
    from rejected_usage
    union all
    select
        'usage_events' as source_table,
        orphaned_usage.*
    from orphaned_usage
)

select * from final
