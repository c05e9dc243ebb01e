{#- The curve is a double; at 12 decimals it becomes exact, and money is then divided once. -#}
{% macro clv_survival(mrr, customer_count, restricted_mean_lifetime_months) -%}
    {{ divide_money(
        scaled_integer(mrr, 2) ~ ' * ' ~ scaled_integer(restricted_mean_lifetime_months, 12),
        customer_count,
        places=14,
    ) }}
{%- endmacro %}
