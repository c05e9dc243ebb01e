-- Scores of a month are those of its respondents, one answer each, counted here without a ranking;
-- every invitation of the month is in its response rate, whoever answered.
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
),

invitations as (
    select * from {{ ref('int_survey_invitations') }}
),

scores as (
    select * from {{ ref('fct_survey_scores_monthly') }}
    where segment_type = 'total'
),

respondents as (
    select distinct
        survey_month,
        survey_type,
        touchpoint,
        user_id,
        case when user_id is null then account_id end as account_id
    from responses
),

respondent_months as (
    select
        survey_month,
        survey_type,
        touchpoint,
        count(*) as respondent_count
    from respondents
    group by
        survey_month,
        survey_type,
        touchpoint
),

invitation_months as (
    select
        survey_month,
        survey_type,
        touchpoint,
        count(*) as invitation_count
    from invitations
    group by
        survey_month,
        survey_type,
        touchpoint
)

select
    scores.survey_month,
    scores.survey_type,
    scores.touchpoint,
    scores.response_count,
    respondent_months.respondent_count,
    scores.invitation_count,
    invitation_months.invitation_count as sent_count
from scores
left join respondent_months
    on
        scores.survey_month = respondent_months.survey_month
        and scores.survey_type = respondent_months.survey_type
        and scores.touchpoint = respondent_months.touchpoint
left join invitation_months
    on
        scores.survey_month = invitation_months.survey_month
        and scores.survey_type = invitation_months.survey_type
        and scores.touchpoint = invitation_months.touchpoint
where
    scores.touchpoint != 'all'
    and (
        scores.response_count != coalesce(respondent_months.respondent_count, 0)
        or scores.invitation_count != coalesce(invitation_months.invitation_count, 0)
    )
