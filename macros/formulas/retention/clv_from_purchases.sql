{#- Average invoice x invoices per customer-year x lifetime in years, divided once: the number of
    invoices stands above and below the line, and 365.25 / 12 is 36525 / 1200. -#}
{% macro clv_from_purchases(
    invoice_amount, customer_days, churned_customer_count, opening_customer_count
) -%}
    case
        when not {{ is_lifetime_unbounded(churned_customer_count) }}
            then {{ divide_money(
                scaled_integer(invoice_amount, 2) ~ ' * 36525 * (' ~ opening_customer_count ~ ')',
                '(' ~ customer_days ~ ') * 1200 * (' ~ churned_customer_count ~ ')',
            ) }}
    end
{%- endmacro %}
