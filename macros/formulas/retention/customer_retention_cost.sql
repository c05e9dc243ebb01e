{% macro customer_retention_cost(retention_cost, customer_count) -%}
    {{ divide_money(scaled_integer(retention_cost, 2), customer_count) }}
{%- endmacro %}
