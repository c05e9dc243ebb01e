{#- How long a state's discounts last where the row does not say: to their end, else for good. -#}
{% macro discount_duration(duration, ends_date) -%}
    coalesce(
        {{ duration }},
        case when {{ ends_date }} is null then 'forever' else 'repeating' end
    )
{%- endmacro %}
