{% macro is_renewal_near(renewal_date) -%}
    coalesce(
        {{ dbt.datediff(as_of_date(), renewal_date, 'day') }}
        <= {{ var('at_risk_renewal_days') | int }},
        false
    )
{%- endmacro %}
