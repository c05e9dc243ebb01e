{% macro contraction_mrr_rate(contraction_mrr, opening_mrr) -%}
    {{ rate("(-" ~ contraction_mrr ~ ")", opening_mrr) }}
{%- endmacro %}
