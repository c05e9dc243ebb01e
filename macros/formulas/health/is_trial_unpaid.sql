{% macro is_trial_unpaid(trial_end_date, mrr) -%}
    coalesce(
        {{ mrr }} = 0
        and {{ trial_end_date }} <= {{ as_of_date() }}
        and {{ trial_end_date }} > {{ days_before_as_of(var('at_risk_trial_days')) }},
        false
    )
{%- endmacro %}
