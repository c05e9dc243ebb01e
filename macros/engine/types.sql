{% macro type_money() -%}
    decimal(18, 2)
{%- endmacro %}


{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double', 'customer_success_metrics')()) }}
{%- endmacro %}

{% macro default__type_double() -%}
    double precision
{%- endmacro %}

{% macro spark__type_double() -%}
    double
{%- endmacro %}
