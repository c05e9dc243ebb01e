{%- set models = scorecard_marts() | map(attribute='model') | unique | list -%}
with

{#- lineage is known once dbt has parsed; a mart has at least one raw table behind it #}
final as (
    {%- for model in models if execute %}
    {%- set outer = loop %}
    {%- for table in raw_tables_behind(model) %}
    {{ 'union all' if not (outer.first and loop.first) }}
    select
        cast('{{ model }}' as {{ dbt.type_string() }}) as mart,
        cast('{{ table }}' as {{ dbt.type_string() }}) as source_table
    {%- endfor %}
    {%- endfor %}
    {%- if not execute %}
    select 1 as nothing
    {%- endif %}
)

select * from final
