{% macro discount_applies(discount_duration, discount_ends_date, on_date) -%}
    (
        {{ discount_duration }} = 'forever'
        or (
            {{ discount_duration }} = 'repeating'
            and ({{ discount_ends_date }} is null or {{ on_date }} < {{ discount_ends_date }})
        )
    )
{%- endmacro %}
