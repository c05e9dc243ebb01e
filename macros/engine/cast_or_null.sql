{#- Text that matches a grammar as a value; NULL where it still has none, such as 30 February. -#}
{% macro cast_or_null(value, type) -%}
    {{ return(adapter.dispatch('cast_or_null', 'customer_success_metrics')(value, type)) }}
{%- endmacro %}

{% macro default__cast_or_null(value, type) -%}
    {{ dbt.safe_cast(value, type) }}
{%- endmacro %}

{% macro duckdb__cast_or_null(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{#- A failing cast is an error here; after the grammar only days past a month's end can fail. -#}
{% macro postgres__cast_or_null(value, type) -%}
    {%- if type in ['date', 'timestamp'] -%}
    case
        when
            cast(substr({{ value }}, 9, 2) as integer) <= extract(day from
                to_date(substr({{ value }}, 1, 7), 'YYYY-MM')
                + interval '1 month' - interval '1 day')
            then cast({{ value }} as {{ type }})
    end
    {%- else -%}
    cast({{ value }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
