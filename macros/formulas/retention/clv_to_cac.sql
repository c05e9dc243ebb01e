{% macro clv_to_cac(clv, cac) -%}
    {{ rate(clv, cac) }}
{%- endmacro %}
