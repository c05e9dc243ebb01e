{% macro average_session_minutes(session_minutes, session_count) -%}
    {{ rate(session_minutes, session_count) }}
{%- endmacro %}
