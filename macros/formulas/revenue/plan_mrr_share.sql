{% macro plan_mrr_share(mrr, all_plans_mrr) -%}
    {{ rate(mrr, all_plans_mrr) }}
{%- endmacro %}
