{% macro health_churn_rate(churned_count, account_count) -%}
    {{ rate(churned_count, account_count) }}
{%- endmacro %}
