{% macro expansion_mrr_rate(expansion_mrr, opening_mrr) -%}
    {{ rate(expansion_mrr, opening_mrr) }}
{%- endmacro %}
