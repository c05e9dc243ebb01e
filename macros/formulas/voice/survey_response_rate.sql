{% macro survey_response_rate(answered_invitation_count, invitation_count) -%}
    {{ rate(answered_invitation_count, invitation_count) }}
{%- endmacro %}


{% macro survey_window_end(sent_date) -%}
    cast({{ dbt.dateadd('day', var('survey_window_days') | int, sent_date) }} as date)
{%- endmacro %}
