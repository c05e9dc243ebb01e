{#- Reads the columns is_earning, is_free, amount_per_interval, billing_interval and interval_count of
    the row; only the rate changes from call to call. -#}
{% macro subscription_mrr(rate) -%}
    case
        when is_earning and not is_free
            then {{ monthly_amount({
                'amount_per_interval': 'amount_per_interval',
                'billing_interval': 'billing_interval',
                'interval_count': 'interval_count',
                'rate': rate,
            }) }}
        else cast(0 as {{ type_money() }})
    end
{%- endmacro %}
