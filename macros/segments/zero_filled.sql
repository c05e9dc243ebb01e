{#- Columns of a left joined relation, 0 where it has no row. -#}
{% macro zero_filled(relation, columns) -%}
    {%- for column in columns %}
    coalesce({{ relation }}.{{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Joins a relation with the grain month and segment to segment_months. -#}
{% macro join_segment_months(relation, month='mrr_month') -%}
    left join {{ relation }}
        on
            segment_months.mrr_month = {{ relation }}.{{ month }}
            and segment_months.segment_type = {{ relation }}.segment_type
            and segment_months.segment_value = {{ relation }}.segment_value
{%- endmacro %}
