{% macro cost_in_reporting_currency(amount, rate) -%}
    {{ divide_money(scaled_integer(amount, 4) ~ ' * ' ~ scaled_integer(rate, 8), '1', places=12) }}
{%- endmacro %}
