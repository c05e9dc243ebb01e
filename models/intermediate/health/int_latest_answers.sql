with

answers as (
    select * from {{ ref('stg_survey_responses') }}
),

scales as (
    select * from {{ ref('survey_scales') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

ranked_answers as (
    select
        answers.account_id,
        answers.survey_type,
        answers.score,
        answers.responded_date,
        row_number() over (
            partition by answers.account_id, answers.survey_type
            order by answers.responded_at desc, {{ by_bytes('answers.response_id') }} desc
        ) as place_from_latest
    from answers
    inner join attributes
        on answers.account_id = attributes.account_id
),

final as (
    select
        ranked_answers.account_id,
        ranked_answers.survey_type,
        ranked_answers.score,
        ranked_answers.responded_date,
        {{ is_low_answer(
            'ranked_answers.score', 'scales.low_max', 'ranked_answers.responded_date'
        ) }} as is_low,
        {{ is_high_answer(
            'ranked_answers.score', 'scales.high_min', 'ranked_answers.responded_date'
        ) }} as is_high
    from ranked_answers
    inner join scales
        on ranked_answers.survey_type = scales.survey_type
    where ranked_answers.place_from_latest = 1
)

select * from final
