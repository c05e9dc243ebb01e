{% macro new_customers_expected_value(clv, new_customer_count) -%}
    ({{ clv }} * {{ new_customer_count }})
{%- endmacro %}
