{#- The schemas are staging, intermediate, marts and config. Only DuckDB, where a file is a company of
    its own, has them bare: elsewhere, and inside somebody else's project, they carry a prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = (custom_schema_name or target.schema) | trim -%}
    {{ schema_prefix() if custom_schema_name else '' }}{{ name }}
{%- endmacro %}


{% macro schema_prefix() -%}
    {%- if var('schema_prefix') -%}
        {{ var('schema_prefix') }}
    {%- elif target.type != 'duckdb' or project_name != 'customer_success_metrics' -%}
        {{ target.schema }}_
    {%- endif -%}
{%- endmacro %}
