{#- Stops the build with a message. message: SQL expression of text; the result is of type text. -#}
{% macro fail_with(message) -%}
    {{ return(adapter.dispatch('fail_with', 'customer_success_metrics')(message)) }}
{%- endmacro %}

{#- No function to fail with: a cast whose error repeats the text. -#}
{% macro default__fail_with(message) -%}
    cast(cast({{ message }} as integer) as {{ dbt.type_string() }})
{%- endmacro %}

{% macro duckdb__fail_with(message) -%}
    error({{ message }})
{%- endmacro %}

{% macro spark__fail_with(message) -%}
    raise_error({{ message }})
{%- endmacro %}
