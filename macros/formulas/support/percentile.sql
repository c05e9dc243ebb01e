{% macro percentile(value, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by cast({{ value }} as {{ type_double() }}))
{%- endmacro %}
