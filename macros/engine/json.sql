{#- A row as JSON text; missing values are written as null. columns: list of [name, expression]. -#}
{% macro row_as_json(columns) -%}
    {{ return(adapter.dispatch('row_as_json', 'customer_success_metrics')(columns)) }}
{%- endmacro %}

{% macro default__row_as_json(columns) -%}
    {{ as_text(
        _json_call('json_object', columns)) }}
{%- endmacro %}

{% macro postgres__row_as_json(columns) -%}
    {{ as_text(
        _json_call('json_build_object', columns)) }}
{%- endmacro %}

{% macro spark__row_as_json(columns) -%}
    to_json(
        {{ _json_call('named_struct', columns) }},
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}

{% macro _json_call(function_name, columns) -%}
    {{ function_name }}(
        {%- for name, value in columns %}
        '{{ name }}', {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
