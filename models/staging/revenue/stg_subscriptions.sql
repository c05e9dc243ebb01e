with

subscriptions as (
    select
        *,
        coalesce(canceled_date > {{ as_of_date() }}, false) as is_canceled_later
    from {{ ref('base_subscriptions__judged') }}
),

final as (
    -- a cancellation after the as-of date has not happened; ended_at may have been agreed before
    select
        subscription_id,
        account_id,
        created_at,
        created_date,
        trial_start_date,
        trial_end_date,
        case when not is_canceled_later then canceled_at end as canceled_at,
        case when not is_canceled_later then canceled_date end as canceled_date,
        ended_at,
        ended_date,
        case when not is_canceled_later then cancel_reason end as cancel_reason,
        case when not is_canceled_later then cancel_comment end as cancel_comment,
        loaded_at
    from subscriptions
    where row_status = 'staged'
)

select * from final
