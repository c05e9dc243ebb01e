{% macro time_to_value_days(days_to_activation) -%}
    percentile_cont(0.5) within group (
        order by cast({{ days_to_activation }} as {{ type_double() }})
    )
{%- endmacro %}
