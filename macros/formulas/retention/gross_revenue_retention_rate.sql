{% macro gross_revenue_retention_rate(retained_mrr, opening_mrr) -%}
    {{ rate(retained_mrr, opening_mrr) }}
{%- endmacro %}


{#- What is left of an opening customer's MRR: an expansion does not make up for another's loss. -#}
{% macro retained_mrr(opening_mrr, closing_mrr_without_fx) -%}
    case
        when {{ closing_mrr_without_fx }} < {{ opening_mrr }} then {{ closing_mrr_without_fx }}
        else {{ opening_mrr }}
    end
{%- endmacro %}
