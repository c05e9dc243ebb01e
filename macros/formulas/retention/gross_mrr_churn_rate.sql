{#- churned_mrr and contraction_mrr are negative in the bridge. -#}
{% macro gross_mrr_churn_rate(churned_mrr, contraction_mrr, opening_mrr) -%}
    {{ rate('(-(' ~ churned_mrr ~ ' + ' ~ contraction_mrr ~ '))', opening_mrr) }}
{%- endmacro %}
