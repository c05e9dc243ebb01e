{% macro past_due_grace_end(past_due_since_date) -%}
    cast({{ dbt.dateadd('day', var('past_due_grace_days') | int, past_due_since_date) }} as date)
{%- endmacro %}
