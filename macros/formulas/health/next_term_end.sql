{#- The first scheduled end after the as-of date. Calendar months overshoot by one term at most. -#}
{% macro next_term_end(start_date) -%}
    case
        when {{ term_date(start_date, 'begun_term_count') }} > {{ as_of_date() }}
            then {{ term_date(start_date, 'begun_term_count') }}
        else {{ term_date(start_date, 'begun_term_count + 1') }}
    end
{%- endmacro %}
