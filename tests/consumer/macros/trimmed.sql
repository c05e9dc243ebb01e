{#- This CRM writes a dash where it knows nothing. -#}
{% macro duckdb__trimmed(value) -%}
    nullif({{ customer_success_metrics.default__trimmed(value) }}, '-')
{%- endmacro %}
