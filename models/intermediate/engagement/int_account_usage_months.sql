with

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

event_months as (
    select * from {{ ref('int_account_event_months') }}
),

session_months as (
    select * from {{ ref('int_account_session_months') }}
),

catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

user_months as (
    select
        account_id,
        {{ month_of('occurred_date') }} as usage_month,
        count(distinct user_id) as active_user_count,
        count(distinct occurred_date) as active_day_count,
        sum(activity_event_count) as activity_event_count,
        max(occurred_date) as last_activity_date
    from user_days
    group by
        account_id,
        {{ month_of('occurred_date') }}
),

feature_months as (
    select
        event_months.account_id,
        event_months.usage_month,
        sum(case when catalogue.is_login then event_months.event_count else 0 end)
            as login_count,
        count(distinct catalogue.feature) as used_feature_count
    from event_months
    inner join catalogue
        on event_months.event_name = catalogue.event_name
    where event_months.event_count > 0
    group by
        event_months.account_id,
        event_months.usage_month
),

final as (
    select
        user_months.account_id,
        user_months.usage_month,
        user_months.active_user_count,
        user_months.active_day_count,
        user_months.activity_event_count,
        user_months.last_activity_date,
        coalesce(feature_months.login_count, 0) as login_count,
        coalesce(feature_months.used_feature_count, 0) as used_feature_count,
        coalesce(session_months.session_count, 0) as session_count,
        coalesce(session_months.session_microseconds, 0) as session_microseconds
    from user_months
    left join feature_months
        on
            user_months.account_id = feature_months.account_id
            and user_months.usage_month = feature_months.usage_month
    left join session_months
        on
            user_months.account_id = session_months.account_id
            and user_months.usage_month = session_months.usage_month
)

select * from final
