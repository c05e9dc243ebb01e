-- Every day's users and, on the last day of each month, those of the last 7 and 30 days, counted by
-- looking at them one by one; the mart adds up who comes and goes.
with

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

months as (
    select * from {{ ref('int_usage_months') }}
),

daily as (
    select * from {{ ref('fct_active_users_daily') }}
    where segment_type = 'total'
),

days as (
    select
        occurred_date,
        count(distinct user_id) as dau
    from user_days
    group by occurred_date
),

closings as (
    select
        months.closing_date,
        count(
            distinct case
                when
                    user_days.occurred_date
                    > cast({{ dbt.dateadd('day', -7, 'months.closing_date') }} as date)
                    then user_days.user_id
            end
        ) as wau,
        count(distinct user_days.user_id) as mau
    from months
    inner join user_days
        on
            cast({{ dbt.dateadd('day', -30, 'months.closing_date') }} as date)
            < user_days.occurred_date
            and months.closing_date >= user_days.occurred_date
    group by months.closing_date
)

select
    daily.activity_date,
    daily.dau,
    daily.wau,
    daily.mau,
    days.dau as counted_dau,
    closings.wau as counted_wau,
    closings.mau as counted_mau
from daily
left join days
    on daily.activity_date = days.occurred_date
left join closings
    on daily.activity_date = closings.closing_date
where
    daily.dau != coalesce(days.dau, 0)
    or daily.wau != closings.wau
    or daily.mau != closings.mau
