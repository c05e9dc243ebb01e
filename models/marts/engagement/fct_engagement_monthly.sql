-- sqlfluff:dialect:postgres
{% set account_flags = {
    'live_account_count': 'is_live',
    'active_live_account_count': 'is_live and is_active',
    'weekly_live_account_count': 'is_live_in_last_week',
    'weekly_active_live_account_count':
        'is_live_in_last_week and is_active_in_last_week',
    'active_account_count': 'is_active',
} %}
{% set counts = [
    'active_user_count', 'activity_event_count', 'login_count', 'session_count',
    'seat_user_count', 'employee_count', 'staff_user_count', 'event_count_28d',
    'previous_event_count_28d',
] %}
{% set decimals = ['session_seconds', 'purchased_seat_count'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

usage_months as (
    select * from {{ ref('int_usage_months') }}
),

account_months as (
    select * from {{ ref('fct_account_engagement_monthly') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

active_users_daily as (
    select * from {{ ref('fct_active_users_daily') }}
),

attributed_months as (
    select
        account_months.*,
        {{ attribute_columns('attributes') }}
    from account_months
    inner join attributes
        on account_months.account_id = attributes.account_id
),

account_sums as (
    select
        usage_month,
        {%- for column, condition in account_flags.items() %}
        sum(case when {{ condition }} then 1 else 0 end)
            as {{ column }},
        {%- endfor %}
        {%- for column in counts + decimals %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        {{ segment_columns() }}
    from attributed_months
    {{ group_by_segments(['usage_month']) }}
),

daily_sums as (
    select
        active_users_daily.usage_month,
        active_users_daily.segment_type,
        active_users_daily.segment_value,
        {{ rate('sum(active_users_daily.dau)', 'count(*)') }} as average_dau,
        sum(
            case
                when active_users_daily.activity_date = usage_months.closing_date
                    then active_users_daily.mau
                else 0
            end
        ) as mau
    from active_users_daily
    inner join usage_months
        on active_users_daily.usage_month = usage_months.usage_month
    group by
        active_users_daily.usage_month,
        active_users_daily.segment_type,
        active_users_daily.segment_value
),

sums as (
    select
        usage_months.usage_month,
        segment_months.segment_type,
        segment_months.segment_value,
        usage_months.is_partial_month,
        {{ zero_filled('account_sums', account_flags.keys() | list + counts + decimals) }},
        {{ minutes_of('coalesce(account_sums.session_seconds, 0)') }} as session_minutes,
        {{ zero_filled('daily_sums', ['average_dau', 'mau']) }},
        lag(coalesce(account_sums.activity_event_count, 0), 12) over (
            partition by segment_months.segment_type, segment_months.segment_value
            order by segment_months.mrr_month
        ) as previous_year_event_count
    from segment_months
    inner join usage_months
        on segment_months.mrr_month = usage_months.usage_month
    {{ join_segment_months('account_sums', 'usage_month') }}
    {{ join_segment_months('daily_sums', 'usage_month') }}
),

final as (
    select
        usage_month,
        segment_type,
        segment_value,
        {%- for column in account_flags.keys() | list + counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        cast(purchased_seat_count as decimal(18, 4)) as purchased_seat_count,
        cast(session_seconds as decimal(18, 6)) as session_seconds,
        session_minutes,
        {%- for prefix in ['', 'weekly_'] %}
        {%- set live = prefix ~ 'live_account_count' %}
        {%- set active = prefix ~ 'active_live_account_count' %}
        {{ product_usage_rate(active, live) }} as {{ prefix }}product_usage_rate,
        {{ wilson_low(active, live) }} as {{ prefix }}product_usage_rate_ci_low,
        {{ wilson_high(active, live) }} as {{ prefix }}product_usage_rate_ci_high,
        {%- endfor %}
        average_dau,
        cast(mau as bigint) as mau,
        {{ stickiness_rate('average_dau', 'mau') }} as stickiness_rate,
        {{ logins_per_user('login_count', 'active_user_count') }} as logins_per_user,
        {{ sessions_per_user('session_count', 'active_user_count') }} as sessions_per_user,
        {{ average_session_minutes('session_minutes', 'session_count') }}
            as average_session_minutes,
        {{ minutes_per_active_user('session_minutes', 'active_user_count') }}
            as minutes_per_active_user,
        {{ seat_utilisation_rate('seat_user_count', 'purchased_seat_count') }}
            as seat_utilisation_rate,
        {{ staff_penetration_rate('staff_user_count', 'employee_count') }}
            as staff_penetration_rate,
        {{ usage_change_rate('event_count_28d', 'previous_event_count_28d') }}
            as usage_change_rate,
        cast(previous_year_event_count as bigint) as previous_year_event_count,
        {{ when_month_is_over(
            usage_change_rate('activity_event_count', 'previous_year_event_count')
        ) }} as usage_change_on_year_rate,
        is_partial_month
    from sums
)

select * from final
