{% macro minutes_per_active_user(session_minutes, active_user_count) -%}
    {{ rate(session_minutes, active_user_count) }}
{%- endmacro %}
