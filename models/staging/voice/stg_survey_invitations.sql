with

survey_invitations as (
    select * from {{ ref('base_survey_invitations__judged') }}
),

final as (
    select
        invitation_id,
        account_id,
        user_id,
        survey_type,
        touchpoint,
        sent_at,
        sent_date,
        loaded_at
    from survey_invitations
    where row_status = 'staged'
)

select * from final
