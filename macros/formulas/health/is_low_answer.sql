{% macro is_low_answer(score, low_max, responded_date) -%}
    coalesce(
        {{ score }} <= {{ low_max }}
        and {{ responded_date }} > {{ days_before_as_of(var('signal_answer_days')) }},
        false
    )
{%- endmacro %}
