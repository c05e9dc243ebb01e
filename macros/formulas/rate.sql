{#- Both sides become doubles: engines divide integers and decimals each in their own way. -#}
{% macro rate(numerator, denominator) -%}
    (
        cast({{ numerator }} as {{ type_double() }})
        / nullif(cast({{ denominator }} as {{ type_double() }}), 0)
    )
{%- endmacro %}
