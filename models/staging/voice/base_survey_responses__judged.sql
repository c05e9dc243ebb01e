{{ config(materialized='table') }}

with

survey_invitations as (
    {{ parent_keys('survey_invitations', ref('base_survey_invitations__judged')) }}
),

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

users as (
    {{ parent_keys('users', ref('base_users__judged')) }}
),

survey_scales as (
    select * from {{ ref('survey_scales') }}
),

text_rows as (
    {{ text_rows('survey_responses', source('raw', 'survey_responses')) }}
),

typed as (
    {{ typed_rows('survey_responses', 'text_rows') }}
),

placed as (
    {{ placed_rows('survey_responses', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('survey_responses', 'placed') }}
),

scaled as (
    select
        ranked.*,
        survey_scales.survey_type as known_survey_type,
        survey_scales.min_score,
        survey_scales.max_score
    from ranked
    left join survey_scales on ranked.survey_type = survey_scales.survey_type
),

ruled as (
    {{ ruled_rows('survey_responses', 'scaled', {
        'unknown_enum_value': 'survey_type is not null and known_survey_type is null',
        'score_off_scale': 'score not between min_score and max_score',
    }) }}
),

final as (
    {{ judged_rows('survey_responses', 'ruled') }}
)

select * from final
