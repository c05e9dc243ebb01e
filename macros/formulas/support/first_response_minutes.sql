{% macro first_response_minutes(opened_at, first_response_at) -%}
    {{ rate(seconds_between(opened_at, first_response_at), 60) }}
{%- endmacro %}
