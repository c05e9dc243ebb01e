{% macro customer_churn_rate(churned_customer_count, opening_customer_count) -%}
    {{ rate(churned_customer_count, opening_customer_count) }}
{%- endmacro %}
