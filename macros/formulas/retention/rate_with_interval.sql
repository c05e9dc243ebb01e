{#- A count-based rate and its 95 % interval, three columns, NULL until the period is over. -#}
{% macro rate_with_interval(name, formula, counts, is_partial='is_partial_month') -%}
    {%- set successes, trials = counts -%}
    {{ when_month_is_over(formula, is_partial) }} as {{ name }},
    {{ when_month_is_over(wilson_low(successes, trials), is_partial) }} as {{ name }}_ci_low,
    {{ when_month_is_over(wilson_high(successes, trials), is_partial) }} as {{ name }}_ci_high
{%- endmacro %}
