{#- Whole seconds: what every engine's difference of timestamps agrees on. -#}
{% macro seconds_between(start_at, end_at) -%}
    case
        when {{ start_at }} <= {{ end_at }} then {{ dbt.datediff(start_at, end_at, 'second') }}
    end
{%- endmacro %}
