{% macro average_invoice(amount, invoice_count) -%}
    {{ divide_money(scaled_integer(amount, 2), invoice_count) }}
{%- endmacro %}
