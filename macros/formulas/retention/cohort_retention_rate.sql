{% macro cohort_retention_rate(retained_customer_count, cohort_customer_count) -%}
    {{ rate(retained_customer_count, cohort_customer_count) }}
{%- endmacro %}


{% macro cohort_mrr_retention_rate(retained_mrr, cohort_mrr) -%}
    {{ rate(retained_mrr, cohort_mrr) }}
{%- endmacro %}
