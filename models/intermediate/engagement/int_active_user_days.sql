with

user_days as (
    select * from {{ ref('int_user_days') }}
),

pairs as (
    select * from {{ ref('int_usage_pairs') }}
),

final as (
    select
        user_days.user_id,
        pairs.account_id,
        user_days.occurred_date,
        sum(user_days.activity_event_count) as activity_event_count
    from user_days
    inner join pairs
        on
            user_days.user_id = pairs.user_id
            and user_days.account_id = pairs.event_account_id
    group by
        user_days.user_id,
        pairs.account_id,
        user_days.occurred_date
)

select * from final
