{% macro month_of(date) -%}
    cast({{ dbt.date_trunc('month', date) }} as date)
{%- endmacro %}


{% macro first_calendar_month() -%}
    {{ month_of("cast('" ~ var('earliest_date') ~ "' as date)") }}
{%- endmacro %}
