{#- Twice the rank, ties sharing the mean of their places: twice, so that it stays a whole number. -#}
{% macro doubled_rank(value, partition) -%}
    (
        2 * rank() over (partition by {{ partition }} order by {{ value }})
        + count(*) over (partition by {{ partition }}, {{ value }}) - 1
    )
{%- endmacro %}
