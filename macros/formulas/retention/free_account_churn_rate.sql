{% macro free_account_churn_rate(churned_free_account_count, opening_free_account_count) -%}
    {{ rate(churned_free_account_count, opening_free_account_count) }}
{%- endmacro %}
