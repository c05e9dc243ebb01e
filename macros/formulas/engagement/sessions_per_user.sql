{% macro sessions_per_user(session_count, active_user_count) -%}
    {{ rate(session_count, active_user_count) }}
{%- endmacro %}
