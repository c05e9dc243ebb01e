{#- What money is spent for: the purposes of the seed cost_categories, and what it does not know. -#}
{% macro cost_purposes() -%}
    {{ return(['retention', 'acquisition', 'cost_of_revenue', 'other', 'uncategorised']) }}
{%- endmacro %}
