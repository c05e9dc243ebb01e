{% macro annualised_customer_churn_rate(monthly_churn_rate) -%}
    (1 - power(1 - {{ monthly_churn_rate }}, 12))
{%- endmacro %}
