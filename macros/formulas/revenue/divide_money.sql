{% macro divide_money(numerator, divisor, places=2) -%}
    {%- if places < 2 -%}
        {{ exceptions.raise_compiler_error("divide_money: places must be at least 2, not " ~ places) }}
    {%- endif -%}
    {%- set twice = "(2 * (" ~ divisor ~ ") * " ~ 10 ** (places - 2) ~ ")" -%}
    {%- set half = "(" ~ divisor ~ ") * " ~ 10 ** (places - 2) -%}
    {%- set cents = integer_quotient("2 * abs(" ~ numerator ~ ") + " ~ half, "nullif(" ~ twice ~ ", 0)") -%}
    cast(
        case when {{ numerator }} < 0 then -1 else 1 end * cast({{ cents }} as decimal(20, 0)) * 0.01
        as {{ type_money() }}
    )
{%- endmacro %}
