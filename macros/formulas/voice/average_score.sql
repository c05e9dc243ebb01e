{% macro average_score(score_sum, response_count) -%}
    {{ rate(score_sum, response_count) }}
{%- endmacro %}
