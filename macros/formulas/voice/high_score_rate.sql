{% macro high_score_rate(high_response_count, response_count) -%}
    {{ rate(high_response_count, response_count) }}
{%- endmacro %}
