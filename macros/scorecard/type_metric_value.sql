{#- D-97: one exact type for every unit, so that a cent is a cent and an edge an edge. -#}
{% macro type_metric_value() -%}
    decimal(28, 8)
{%- endmacro %}
