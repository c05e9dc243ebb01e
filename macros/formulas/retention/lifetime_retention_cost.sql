{#- From counts and sums, so that it is rounded once. -#}
{% macro lifetime_retention_cost(
    retention_cost, customer_count, churned_customer_count, opening_customer_count
) -%}
    case
        when not {{ is_lifetime_unbounded(churned_customer_count) }}
            then {{ divide_money(
                scaled_integer(retention_cost, 2) ~ ' * (' ~ opening_customer_count ~ ')',
                '(' ~ customer_count ~ ') * 12 * (' ~ churned_customer_count ~ ')',
            ) }}
    end
{%- endmacro %}
