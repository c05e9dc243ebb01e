-- What is counted of something is never more than the thing itself.
select
    usage_month,
    segment_type,
    segment_value,
    'month' as found_in
from {{ ref('fct_engagement_monthly') }}
where
    active_live_account_count > live_account_count
    or weekly_live_account_count > live_account_count
    or weekly_active_live_account_count > weekly_live_account_count
    or active_live_account_count > active_account_count
    or active_account_count > active_user_count
    or session_count > activity_event_count
    or login_count > activity_event_count
    or seat_user_count > active_user_count
    or staff_user_count > active_user_count
    or average_dau > active_user_count

union all

select
    usage_month,
    segment_type,
    segment_value,
    'feature' as found_in
from {{ ref('fct_feature_adoption_monthly') }}
where
    adopting_account_count > active_account_count
    or first_use_account_count > adopting_account_count
    or adopting_account_count > feature_event_count
    or (first_use_date is null and adopting_account_count > 0)

union all

select
    usage_month,
    segment_type,
    segment_value,
    'day' as found_in
from {{ ref('fct_active_users_daily') }}
where
    dau > wau
    or wau > mau
