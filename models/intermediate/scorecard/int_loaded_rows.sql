{{ config(materialized='view') }}
{#- A view: the history asks only for the rows that came after a report, and mostly for none. -#}

with

{% for table in raw_tables() -%}
{{ table }} as (
    select * from {{ ref('stg_' ~ table) }}
),

{% endfor -%}
final as (
    {%- for table in raw_tables() if execute %}
    {{ 'union all' if not loop.first }}
    select
        '{{ table }}' as source_table,
        {%- set keys = [] %}
        {%- for column in key_columns(table) %}
        {%- do keys.append(as_text(column.typed)) %}
        {%- endfor %}
        {{ keys | join(" || '|' || ") }} as source_key,
        {%- set placing = placing_column(table) %}
        {{ placing.day if placing else 'cast(null as date)' }} as happened_date,
        loaded_at
    from {{ table }}
    {%- endfor %}
    {%- if not execute %}
    select 1 as nothing
    {%- endif %}
)

select * from final
