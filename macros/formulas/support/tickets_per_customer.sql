{% macro tickets_per_customer(opened_ticket_count, customer_count) -%}
    {{ rate(opened_ticket_count, customer_count) }}
{%- endmacro %}
