{#- D-50: one customer lost of thousands is not a lifetime of four hundred years. -#}
{% macro is_lifetime_unbounded(churned_customer_count) -%}
    ({{ churned_customer_count }} < {{ [var('min_churned_for_lifetime') | int, 1] | max }})
{%- endmacro %}


{% macro customer_lifetime_months(churned_customer_count, opening_customer_count) -%}
    case
        when not {{ is_lifetime_unbounded(churned_customer_count) }}
            then {{ rate(opening_customer_count, churned_customer_count) }}
    end
{%- endmacro %}
