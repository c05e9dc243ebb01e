with

invitations as (
    select * from {{ ref('stg_survey_invitations') }}
),

responses as (
    select * from {{ ref('stg_survey_responses') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

first_answers as (
    select
        invitation_id,
        min(responded_date) as answered_date
    from responses
    where invitation_id is not null
    group by invitation_id
),

dated_invitations as (
    select
        invitations.*,
        first_answers.answered_date,
        {{ survey_window_end('invitations.sent_date') }} as window_end_date
    from invitations
    left join first_answers
        on invitations.invitation_id = first_answers.invitation_id
),

final as (
    select
        invitations.invitation_id,
        invitations.account_id,
        invitations.survey_type,
        coalesce(nullif(invitations.touchpoint, 'all'), 'unknown') as touchpoint,
        {{ month_of('invitations.sent_date') }} as survey_month,
        invitations.answered_date,
        coalesce(invitations.answered_date <= invitations.window_end_date, false) as is_answered,
        invitations.answered_date is null
        and invitations.window_end_date > {{ as_of_date() }} as is_open
    from dated_invitations as invitations
    inner join attributes
        on invitations.account_id = attributes.account_id
)

select * from final
