{% macro gross_margin_rate_12m(cost_of_revenue, mrr) -%}
    (1 - {{ rate(cost_of_revenue, mrr) }})
{%- endmacro %}
