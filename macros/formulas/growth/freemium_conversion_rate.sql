{% macro freemium_conversion_rate(converted_free_plan_account_count, free_plan_account_count) -%}
    {{ rate(converted_free_plan_account_count, free_plan_account_count) }}
{%- endmacro %}
