{#- Exact, so that a score of 40 is in the band that ends with 40. -#}
{% macro health_score(impact_score, action_count) -%}
    sum(cast({{ impact_score }} as decimal(9, 4)) * cast({{ action_count }} as decimal(18, 0)))
{%- endmacro %}
