{#- Engines divide decimals inexactly (as doubles, or cut to six places), so money is divided in whole
    numbers. These two are all that has to differ. -#}

{% macro scaled_integer(amount, places) -%}
    {{ return(adapter.dispatch('scaled_integer', 'customer_success_metrics')(amount, places)) }}
{%- endmacro %}

{% macro default__scaled_integer(amount, places) -%}
    cast(cast({{ amount }} as decimal(38, {{ places }})) * {{ 10 ** places }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__scaled_integer(amount, places) -%}
    cast(cast({{ amount }} as decimal(38, {{ places }})) * {{ 10 ** places }} as hugeint)
{%- endmacro %}


{% macro integer_quotient(numerator, divisor) -%}
    {{ return(adapter.dispatch('integer_quotient', 'customer_success_metrics')(numerator, divisor)) }}
{%- endmacro %}

{#- Without the remainder the quotient is whole, so nothing is left to round. -#}
{% macro default__integer_quotient(numerator, divisor) -%}
    ((({{ numerator }}) - mod({{ numerator }}, {{ divisor }})) / ({{ divisor }}))
{%- endmacro %}

{% macro postgres__integer_quotient(numerator, divisor) -%}
    div({{ numerator }}, {{ divisor }})
{%- endmacro %}

{% macro duckdb__integer_quotient(numerator, divisor) -%}
    divide({{ numerator }}, {{ divisor }})
{%- endmacro %}

{% macro spark__integer_quotient(numerator, divisor) -%}
    (({{ numerator }}) div ({{ divisor }}))
{%- endmacro %}
