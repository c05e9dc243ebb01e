{% macro net_mrr_churn_rate(lost_mrr, expansion_mrr, opening_mrr) -%}
    {{ rate('(-(' ~ lost_mrr ~ ' + ' ~ expansion_mrr ~ '))', opening_mrr) }}
{%- endmacro %}
