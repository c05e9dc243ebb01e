{#- The number of customers stands above and below the line. -#}
{% macro retention_cost_ratio(retention_cost, arr) -%}
    {{ rate(retention_cost, arr) }}
{%- endmacro %}
