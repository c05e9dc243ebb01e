{#- From counts and sums, so that it is rounded once: a lifetime multiplies what ARPA was rounded by. -#}
{% macro clv_from_churn(mrr, customer_count, churned_customer_count, opening_customer_count) -%}
    case
        when not {{ is_lifetime_unbounded(churned_customer_count) }}
            then {{ divide_money(
                scaled_integer(mrr, 2) ~ ' * (' ~ opening_customer_count ~ ')',
                '(' ~ customer_count ~ ') * (' ~ churned_customer_count ~ ')',
            ) }}
    end
{%- endmacro %}
