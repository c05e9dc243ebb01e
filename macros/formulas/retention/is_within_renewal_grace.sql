{% macro is_within_renewal_grace(begun_date, end_date) -%}
    (
        {{ begun_date }} >= cast({{ dbt.dateadd('day', -(var('renewal_grace_days') | int), end_date) }} as date)
        and {{ begun_date }} <= {{ renewal_grace_end(end_date) }}
    )
{%- endmacro %}


{% macro renewal_grace_end(due_date) -%}
    cast({{ dbt.dateadd('day', var('renewal_grace_days') | int, due_date) }} as date)
{%- endmacro %}
