{% macro stickiness_rate(average_dau, mau) -%}
    {{ rate(average_dau, mau) }}
{%- endmacro %}
