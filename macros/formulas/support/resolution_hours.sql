{% macro resolution_hours(opened_at, resolved_at) -%}
    {{ rate(seconds_between(opened_at, resolved_at), 3600) }}
{%- endmacro %}
