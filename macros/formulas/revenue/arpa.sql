{% macro arpa(mrr, customer_count) -%}
    {{ divide_money(scaled_integer(mrr, 2), customer_count) }}
{%- endmacro %}
