{% macro nps_score(promoter_count, detractor_count, response_count) -%}
    {{ rate('100 * (' ~ promoter_count ~ ' - ' ~ detractor_count ~ ')', response_count) }}
{%- endmacro %}


{#- 100 x sqrt((p + d - (p - d)^2) / n) with p and d as shares, brought to whole numbers under the
    root: exactly 0 where all are promoters, on every engine. -#}
{% macro nps_score_standard_error(promoter_count, detractor_count, response_count) -%}
    {%- set n = 'cast(' ~ response_count ~ ' as ' ~ type_double() ~ ')' -%}
    {%- set net = '(' ~ promoter_count ~ ' - ' ~ detractor_count ~ ')' -%}
    (
        100 * sqrt(({{ promoter_count }} + {{ detractor_count }}) * {{ n }} - {{ net }} * {{ net }})
        / nullif({{ n }} * sqrt({{ n }}), 0)
    )
{%- endmacro %}


{#- The ends of the 95 % interval, cut to the range. Not least and greatest: they skip NULL. -#}
{% macro nps_score_low(score, standard_error) -%}
    {%- set bound = '(' ~ score ~ ' - 1.959963984540054 * ' ~ standard_error ~ ')' -%}
    case when {{ bound }} < -100 then -100 else {{ bound }} end
{%- endmacro %}


{% macro nps_score_high(score, standard_error) -%}
    {%- set bound = '(' ~ score ~ ' + 1.959963984540054 * ' ~ standard_error ~ ')' -%}
    case when {{ bound }} > 100 then 100 else {{ bound }} end
{%- endmacro %}
