{#- D-11: what is lost is lost at the value it had at opening, so fx falls on what survives the month. -#}
{% macro net_month_fx_amount(closing_mrr, ledger_fx_amount) -%}
    case
        when {{ closing_mrr }} < ({{ ledger_fx_amount }}) then {{ closing_mrr }}
        when {{ closing_mrr }} = 0 then 0
        else {{ ledger_fx_amount }}
    end
{%- endmacro %}
