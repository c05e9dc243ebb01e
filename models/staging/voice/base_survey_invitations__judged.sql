{{ config(materialized='table') }}

with

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
    {{ text_rows('survey_invitations', source('raw', 'survey_invitations')) }}
),

typed as (
    {{ typed_rows('survey_invitations', 'text_rows') }}
),

placed as (
    {{ placed_rows('survey_invitations', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('survey_invitations', 'placed') }}
),

scaled as (
    select
        ranked.*,
        survey_scales.survey_type as known_survey_type
    from ranked
    left join survey_scales on ranked.survey_type = survey_scales.survey_type
),

ruled as (
    {{ ruled_rows('survey_invitations', 'scaled', {
        'unknown_enum_value': 'survey_type is not null and known_survey_type is null',
    }) }}
),

final as (
    {{ judged_rows('survey_invitations', 'ruled') }}
)

select * from final
