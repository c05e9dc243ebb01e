{#- Microseconds from one instant to a later one, a whole number: dbt's datediff counts borders that
    were crossed on one engine and cuts fractions off on another. -#}
{% macro microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('microseconds_between', 'customer_success_metrics')(earlier, later)) }}
{%- endmacro %}

{% macro default__microseconds_between(earlier, later) -%}
    cast(
        (extract(epoch from {{ later }}) - extract(epoch from {{ earlier }})) * 1000000 as bigint
    )
{%- endmacro %}

{% macro duckdb__microseconds_between(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros({{ later }}) - unix_micros({{ earlier }}))
{%- endmacro %}
