{% macro is_high_answer(score, high_min, responded_date) -%}
    coalesce(
        {{ score }} >= {{ high_min }}
        and {{ responded_date }} > {{ days_before_as_of(var('signal_answer_days')) }},
        false
    )
{%- endmacro %}
