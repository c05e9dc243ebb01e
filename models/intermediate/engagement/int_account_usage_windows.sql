with

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

months as (
    select
        *,
        cast({{ dbt.dateadd('day', -28, 'closing_date') }} as date) as day_28_before,
        cast({{ dbt.dateadd('day', -56, 'closing_date') }} as date) as day_56_before
    from {{ ref('int_usage_months') }}
),

account_days as (
    select
        account_id,
        occurred_date,
        sum(activity_event_count) as event_count
    from user_days
    group by
        account_id,
        occurred_date
),

days as (
    select distinct occurred_date
    from account_days
),

-- few rows, so that the many below are joined by day alone
window_days as (
    select
        days.occurred_date,
        months.usage_month,
        case when days.occurred_date > months.day_28_before then 1 else 0 end as is_recent
    from days
    inner join months
        on
            days.occurred_date > months.day_56_before
            and days.occurred_date <= months.closing_date
),

final as (
    select
        account_days.account_id,
        window_days.usage_month,
        sum(account_days.event_count * window_days.is_recent) as event_count_28d,
        sum(account_days.event_count * (1 - window_days.is_recent)) as previous_event_count_28d
    from account_days
    inner join window_days
        on account_days.occurred_date = window_days.occurred_date
    group by
        account_days.account_id,
        window_days.usage_month
)

select * from final
