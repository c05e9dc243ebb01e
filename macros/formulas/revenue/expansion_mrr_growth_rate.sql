{% macro expansion_mrr_growth_rate(expansion_mrr, previous_expansion_mrr) -%}
    {{ rate("(" ~ expansion_mrr ~ " - " ~ previous_expansion_mrr ~ ")", previous_expansion_mrr) }}
{%- endmacro %}
