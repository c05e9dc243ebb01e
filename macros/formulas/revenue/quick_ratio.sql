{% macro quick_ratio(won_mrr, lost_mrr) -%}
    {{ rate(won_mrr, "(-" ~ lost_mrr ~ ")") }}
{%- endmacro %}
