{% macro renewal_rate(renewed_term_count, due_term_count) -%}
    {{ rate(renewed_term_count, due_term_count) }}
{%- endmacro %}


{% macro renewed_mrr_rate(renewed_mrr, due_mrr) -%}
    {{ rate(renewed_mrr, due_mrr) }}
{%- endmacro %}
