{#- Sums, not means: both are of three months, and sums of decimals are exact. -#}
{% macro metric_trend(recent_sum, earlier_sum, near_distance) -%}
    case
        when {{ recent_sum }} - {{ earlier_sum }} > 3 * coalesce({{ near_distance }}, 0) then 'up'
        when {{ earlier_sum }} - {{ recent_sum }} > 3 * coalesce({{ near_distance }}, 0) then 'down'
        when {{ recent_sum }} is not null and {{ earlier_sum }} is not null then 'flat'
    end
{%- endmacro %}
