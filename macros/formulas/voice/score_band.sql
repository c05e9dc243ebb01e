{% macro score_band(score, low_max, high_min) -%}
    case
        when {{ score }} >= {{ high_min }} then 'high'
        when {{ score }} <= {{ low_max }} then 'low'
        when {{ score }} is not null then 'middle'
    end
{%- endmacro %}
