{% macro onboarding_step_deadline(signup_date, within_days) -%}
    cast({{ dbt.dateadd('day', within_days, signup_date) }} as date)
{%- endmacro %}
