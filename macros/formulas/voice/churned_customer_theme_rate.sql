{% macro churned_customer_theme_rate(churned_with_theme_count, churned_customer_count) -%}
    {{ rate(churned_with_theme_count, churned_customer_count) }}
{%- endmacro %}


{% macro churn_feedback_begin(churn_date) -%}
    cast({{ dbt.dateadd('day', -(var('churn_feedback_days') | int), churn_date) }} as date)
{%- endmacro %}
