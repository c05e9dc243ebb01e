{% macro expansion_to_contraction_ratio(expansion_mrr, lost_mrr) -%}
    {{ rate(expansion_mrr, "(-" ~ lost_mrr ~ ")") }}
{%- endmacro %}
