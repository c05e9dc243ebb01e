{#- What an invoice has brought in: paid, less its share of tax, less refunds, in the reporting currency;
    0 where nothing was due. `invoice` is the alias of a relation with the columns of stg_invoices. -#}
{% macro realised_value(invoice, rate) -%}
    {%- set due = scaled_integer(invoice ~ '.amount_due', 4) -%}
    {%- set paid = scaled_integer('coalesce(' ~ invoice ~ '.amount_paid, 0)', 4) -%}
    {%- set tax = scaled_integer('coalesce(' ~ invoice ~ '.tax_amount, 0)', 4) -%}
    {%- set refunded = scaled_integer('coalesce(' ~ invoice ~ '.amount_refunded, 0)', 4) -%}
    case
        when {{ invoice }}.amount_due > 0
            then {{ divide_money(
                '((' ~ paid ~ ' * (' ~ due ~ ' - ' ~ tax ~ ') - ' ~ refunded ~ ' * ' ~ due ~ ') * '
                ~ scaled_integer(rate, 8) ~ ')',
                due,
                places=12,
            ) }}
        else cast(0 as {{ type_money() }})
    end
{%- endmacro %}
