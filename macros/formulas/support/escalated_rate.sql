{% macro escalated_rate(escalated_ticket_count, known_ticket_count) -%}
    {{ rate(escalated_ticket_count, known_ticket_count) }}
{%- endmacro %}
