-- Touchpoints add up to the row of all of them, what is part of a count is no more than it, and a
-- score lies within its interval.
{%- set counts = [
    'response_count', 'high_response_count', 'low_response_count', 'score_sum',
    'invitation_count', 'answered_invitation_count', 'open_invitation_count',
] %}
with

scores as (
    select * from {{ ref('fct_survey_scores_monthly') }}
),

sums as (
    select
        survey_month,
        survey_type,
        segment_type,
        segment_value,
        {%- for column in counts %}
        sum(case when touchpoint = 'all' then {{ column }} else -{{ column }} end) as {{ column }},
        {%- endfor %}
        sum(
            case
                when high_response_count + low_response_count > response_count then 1
                when answered_invitation_count + open_invitation_count > invitation_count then 1
                when nps_score < nps_score_ci_low or nps_score > nps_score_ci_high then 1
                when
                    high_score_rate < high_score_rate_ci_low
                    or high_score_rate > high_score_rate_ci_high
                    then 1
                else 0
            end
        ) as broken_count
    from scores
    group by
        survey_month,
        survey_type,
        segment_type,
        segment_value
)

select *
from sums
where
    broken_count > 0
    {%- for column in counts %}
    or {{ column }} != 0
    {%- endfor %}
