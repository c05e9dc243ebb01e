with

survey_responses as (
    select * from {{ ref('base_survey_responses__judged') }}
),

final as (
    select
        response_id,
        invitation_id,
        account_id,
        user_id,
        survey_type,
        touchpoint,
        score,
        comment,
        responded_at,
        responded_date,
        loaded_at
    from survey_responses
    where row_status = 'staged'
)

select * from final
