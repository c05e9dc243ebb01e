{% macro reopened_rate(reopened_ticket_count, known_ticket_count) -%}
    {{ rate(reopened_ticket_count, known_ticket_count) }}
{%- endmacro %}
