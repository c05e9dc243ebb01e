{% macro reactivation_grace_end(gap_start_date) -%}
    cast({{ dbt.dateadd('day', var('reactivation_grace_days') | int, gap_start_date) }} as date)
{%- endmacro %}
