{% macro cac(acquisition_cost, new_customer_count) -%}
    {{ divide_money(scaled_integer(acquisition_cost, 2), new_customer_count) }}
{%- endmacro %}
