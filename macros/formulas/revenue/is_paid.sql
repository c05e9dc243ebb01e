{#- `state` is the alias of a relation with the columns of int_subscription_timeline. -#}
{% macro is_paid(state) -%}
    (
        {{ state }}.is_earning
        and not {{ state }}.is_free
        and {{ amount_per_interval(
            state ~ '.quantity', state ~ '.unit_amount',
            state ~ '.discount_percent', state ~ '.discount_amount',
        ) }} > 0
    )
{%- endmacro %}
