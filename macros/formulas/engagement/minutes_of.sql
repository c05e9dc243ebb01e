{% macro minutes_of(seconds) -%}
    {{ rate(seconds, 60) }}
{%- endmacro %}


{#- Exact: a microsecond is the sixth decimal of a second. -#}
{% macro seconds_of(microseconds) -%}
    cast(
        cast({{ microseconds }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}
