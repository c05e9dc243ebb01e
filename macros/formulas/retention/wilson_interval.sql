{#- Wilson score interval of a share, 95 %, without continuity correction; NULL at 0 trials. The ends of
    the scale are exact: none of n is 0 at the low end, n of n is 1 at the high end. -#}
{% macro wilson_low(successes, trials) -%}
    case
        when {{ trials }} > 0 and {{ successes }} = 0 then cast(0 as {{ type_double() }})
        else {{ wilson_bound(successes, trials, '-') }}
    end
{%- endmacro %}


{% macro wilson_high(successes, trials) -%}
    case
        when {{ trials }} > 0 and {{ successes }} = {{ trials }}
            then cast(1 as {{ type_double() }})
        else {{ wilson_bound(successes, trials, '+') }}
    end
{%- endmacro %}


{% macro wilson_bound(successes, trials, sign) -%}
    {%- set z2 = '3.841458820694124' -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as ' ~ type_double() ~ '), 0)' -%}
    {%- set x = 'cast(' ~ successes ~ ' as ' ~ type_double() ~ ')' -%}
    (
        (
            {{ x }} + {{ z2 }} / 2
            {{ sign }} 1.959963984540054
            * sqrt({{ x }} * ({{ n }} - {{ x }}) / {{ n }} + {{ z2 }} / 4)
        ) / ({{ n }} + {{ z2 }})
    )
{%- endmacro %}
