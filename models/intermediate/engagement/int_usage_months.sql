with

months as (
    select * from {{ ref('int_reporting_months') }}
),

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

first_day as (
    select min(occurred_date) as first_activity_date
    from user_days
),

final as (
    select
        months.mrr_month as usage_month,
        -- a month that is not over closes, so far, with the as-of date
        case
            when months.is_partial_month then {{ as_of_date() }}
            else cast({{ dbt.dateadd('day', -1, 'months.next_month') }} as date)
        end as closing_date,
        months.is_partial_month
    from months
    inner join first_day
        on months.next_month > first_day.first_activity_date
)

select * from final
