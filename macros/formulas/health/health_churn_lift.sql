{% macro health_churn_lift(churn_rate, churn_rate_of_all) -%}
    {{ rate(churn_rate, churn_rate_of_all) }}
{%- endmacro %}
