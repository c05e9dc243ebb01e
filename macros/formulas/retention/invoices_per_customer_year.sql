{#- A year of service has 365.25 days, so that leap years do not count for more. -#}
{% macro invoices_per_customer_year(invoice_count, customer_days) -%}
    ({{ rate(invoice_count, customer_days) }} * 365.25)
{%- endmacro %}
