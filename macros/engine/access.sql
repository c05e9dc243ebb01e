{#- Who may read the marts. dbt's grants cover tables; a role must also be let into their schema. -#}
{% macro let_readers_in() -%}
    {{ return(adapter.dispatch('let_readers_in', 'customer_success_metrics')()) }}
{%- endmacro %}

{#- A grant on the schema is an affair of its own on each engine; nothing is taken for granted. -#}
{% macro default__let_readers_in() -%}
{%- endmacro %}

{% macro postgres__let_readers_in() -%}
    {%- if execute and var('reader_roles') and flags.WHICH in ['build', 'run'] -%}
        {%- set marts = generate_schema_name('marts', none) -%}
        {%- if adapter.check_schema_exists(target.database, marts) -%}
            grant usage on schema {{ adapter.quote(marts) }}
            to {{ var('reader_roles') | map('string') | map('tojson') | join(', ') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Post-hook of a mart: indexes on what readers filter by, the segment with its month and the
    account. Columnar engines need none. -#}
{% macro index_for_readers(relation) -%}
    {{ return(adapter.dispatch('index_for_readers', 'customer_success_metrics')(relation)) }}
{%- endmacro %}

{% macro default__index_for_readers(relation) -%}
{%- endmacro %}

{% macro postgres__index_for_readers(relation) -%}
    {%- set columns = model.columns.values() -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set days = columns | selectattr('data_type', 'equalto', 'date') | map(attribute='name') | list -%}
    {%- set segment = ['segment_type', 'segment_value'] if 'segment_type' in names else [] -%}
    {%- set keys = [segment + days[:1], ['account_id'] if 'account_id' in names else []] -%}
    {%- for key in keys if key -%}
        create index on {{ relation }} ({{ key | join(', ') }});
    {% endfor -%}
{%- endmacro %}
