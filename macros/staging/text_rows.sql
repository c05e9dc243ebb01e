{#- First step of a judged model: the contract's columns of a raw table as trimmed text, `raw__`
    before each name. A table that is not in use gives the same columns and no row.
    only: condition on the raw columns, where not all rows are to be read. -#}
{% macro text_rows(table, relation, only='1 = 1') -%}
    {%- if not execute -%}{{ return('select * from ' ~ relation) }}{%- endif -%}
    select
    {%- for column in contract_columns(table) %}
        {{ _raw_text(table, column.name) }} as {{ column.raw }},
    {%- endfor %}
        {{ _raw_text(table, '_loaded_at' if var('using_loaded_at') else none) }} as raw__loaded_at
    {%- if is_using(table) %}
    from {{ relation }}
    where {{ only }}
    {%- else %}
    where 1 = 0
    {%- endif %}
{%- endmacro %}


{% macro _raw_text(table, name) -%}
    {%- if name and is_using(table) -%}
        {{ trimmed(as_text(name)) }}
    {%- else -%}
        {{ as_text('null') }}
    {%- endif -%}
{%- endmacro %}
