{% macro conversion_rate(completed_visitor_count, exposed_visitor_count) -%}
    {{ rate(completed_visitor_count, exposed_visitor_count) }}
{%- endmacro %}
