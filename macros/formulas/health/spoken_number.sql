{#- A number to read aloud, whole: 3.0000 is said 3. -#}
{% macro spoken_number(number) -%}
    {{ as_text('cast(round(cast(' ~ number ~ ' as decimal(18, 4)), 0) as decimal(18, 0))') }}
{%- endmacro %}
