{% macro trial_conversion_window_end(trial_end_date) -%}
    cast({{ dbt.dateadd('day', var('trial_conversion_window_days') | int, trial_end_date) }} as date)
{%- endmacro %}
