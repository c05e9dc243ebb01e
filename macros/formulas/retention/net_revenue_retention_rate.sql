{% macro net_revenue_retention_rate(opening_customers_closing_mrr, opening_mrr) -%}
    {{ rate(opening_customers_closing_mrr, opening_mrr) }}
{%- endmacro %}
