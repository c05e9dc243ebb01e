{% macro arr(mrr) -%}
    cast({{ mrr }} * 12 as {{ type_money() }})
{%- endmacro %}
