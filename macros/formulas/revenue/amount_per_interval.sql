{#- In whole units of 10^-14, so that nothing is rounded before the month's amount is: quantity and
    price carry 4 places, the discount as a fraction 6. -#}
{% macro amount_per_interval(quantity, unit_amount, discount_percent, discount_amount) -%}
    greatest(
        {{ scaled_integer(quantity, 4) }}
        * {{ scaled_integer(unit_amount, 4) }}
        * (1000000 - {{ scaled_integer(discount_percent, 4) }})
        - {{ scaled_integer(discount_amount, 4) }} * 10000000000,
        0
    )
{%- endmacro %}
