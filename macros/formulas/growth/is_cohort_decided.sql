{#- The last of the month's sign-ups is the last whose days run out. -#}
{% macro is_cohort_decided(cohort_month, within_days) -%}
    cast({{ dbt.dateadd(
        'day', within_days ~ ' - 1', dbt.dateadd('month', 1, cohort_month)
    ) }} as date) <= {{ as_of_date() }}
{%- endmacro %}
