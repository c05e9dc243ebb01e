{% macro average_monthly_churn_rate_12m(churned_customer_count, opening_customer_count) -%}
    {{ rate(churned_customer_count, opening_customer_count) }}
{%- endmacro %}
