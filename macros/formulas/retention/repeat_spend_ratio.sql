{% macro repeat_spend_ratio(repeat_average, single_average) -%}
    {{ rate(repeat_average, single_average) }}
{%- endmacro %}
