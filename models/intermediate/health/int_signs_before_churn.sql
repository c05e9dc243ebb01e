with

churns as (
    select
        account_id,
        movement_date as churn_date
    from {{ ref('int_account_movements') }}
    where movement = 'churn'
),

account_health as (
    select * from {{ ref('int_account_health') }}
),

answers as (
    select * from {{ ref('stg_survey_responses') }}
    where survey_type = 'nps'
),

-- what was known on the last day with MRR, not what came of it
last_health as (
    select
        churns.account_id,
        churns.churn_date,
        account_health.snapshot_date,
        account_health.health_band,
        row_number() over (
            partition by churns.account_id, churns.churn_date
            order by account_health.snapshot_date desc
        ) as place_from_last
    from churns
    inner join account_health
        on
            churns.account_id = account_health.account_id
            and churns.churn_date > account_health.snapshot_date
),

last_answers as (
    select
        churns.account_id,
        churns.churn_date,
        answers.score,
        answers.responded_date,
        row_number() over (
            partition by churns.account_id, churns.churn_date
            order by answers.responded_at desc, {{ by_bytes('answers.response_id') }} desc
        ) as place_from_last
    from churns
    inner join answers
        on
            churns.account_id = answers.account_id
            and churns.churn_date > answers.responded_date
),

final as (
    select
        churns.account_id,
        churns.churn_date,
        last_health.health_band as last_health_band,
        last_health.snapshot_date as last_health_date,
        last_answers.score as last_nps_answer,
        last_answers.responded_date as last_nps_date
    from churns
    left join last_health
        on
            churns.account_id = last_health.account_id
            and churns.churn_date = last_health.churn_date
            and last_health.place_from_last = 1
    left join last_answers
        on
            churns.account_id = last_answers.account_id
            and churns.churn_date = last_answers.churn_date
            and last_answers.place_from_last = 1
)

select * from final
