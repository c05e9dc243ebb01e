{#- A month that is not over has counts and money to date, but no rate of change yet. -#}
{% macro when_month_is_over(expression, is_partial_month='is_partial_month') -%}
    case when not {{ is_partial_month }} then {{ expression }} end
{%- endmacro %}
