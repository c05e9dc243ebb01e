{{ config(materialized='table') }}

{%- set tables = raw_tables() | reject('equalto', 'usage_events') | list %}

with

{% for table in tables -%}
{{ table }} as (
    select * from {{ ref('base_' ~ table ~ '__judged') }}
),

{% endfor -%}
usage_parents as (
    select * from {{ ref('base_usage_parents__judged') }}
),

counts as (
    {% for table in tables -%}
    select
        '{{ table }}' as source_table,
        row_status,
        first_rule,
        count(*) as row_count
    from {{ table }}
    group by row_status, first_rule
    union all
    {% endfor -%}
    select
        'usage_events' as source_table,
        row_status,
        first_rule,
        sum(event_count) as row_count
    from usage_parents
    group by row_status, first_rule
),

final as (
    select
        source_table,
        row_status as outcome,
        case when row_status = 'rejected' then first_rule else 'all' end as rule,
        cast(sum(row_count) as bigint) as row_count
    from counts
    group by
        source_table,
        row_status,
        case when row_status = 'rejected' then first_rule else 'all' end
)

select * from final
