{% set usage_counts = [
    'active_user_count', 'active_day_count', 'activity_event_count', 'login_count',
    'session_count', 'session_microseconds', 'used_feature_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

months as (
    select * from {{ ref('int_usage_months') }}
),

live_months as (
    select * from {{ ref('int_live_account_months') }}
),

usage_months as (
    select * from {{ ref('int_account_usage_months') }}
),

windows as (
    select * from {{ ref('int_account_usage_windows') }}
),

spans as (
    select * from {{ ref('int_account_tier_spans') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

features as (
    select count(*) as feature_count
    from {{ ref('dim_features') }}
),

-- who could use the product, who did, and who has ceased to
account_months as (
    {%- for relation in ['live_months', 'usage_months', 'windows'] %}
    {{ 'union distinct' if not loop.first }}
    select
        account_id,
        usage_month
    from {{ relation }}
    {%- endfor %}
),

counted_months as (
    select
        account_months.account_id,
        account_months.usage_month,
        spans.plan_tier,
        live_months.account_id is not null as is_live,
        usage_months.account_id is not null as is_active,
        coalesce(live_months.is_live_in_last_week, false) as is_live_in_last_week,
        coalesce(
            usage_months.last_activity_date
            > cast({{ dbt.dateadd('day', -7, 'months.closing_date') }} as date),
            false
        ) as is_active_in_last_week,
        {{ zero_filled('usage_months', usage_counts) }},
        coalesce(live_months.purchased_seat_count, 0) as purchased_seat_count,
        case when live_months.account_id is not null then accounts.employee_count end
            as employee_count,
        features.feature_count,
        {{ zero_filled('windows', ['event_count_28d', 'previous_event_count_28d']) }},
        last_year.activity_event_count as previous_year_event_count,
        months.is_partial_month
    from account_months
    inner join months
        on account_months.usage_month = months.usage_month
    inner join accounts
        on account_months.account_id = accounts.account_id
    inner join spans
        on
            account_months.account_id = spans.account_id
            and account_months.usage_month >= spans.valid_from
            and (spans.valid_to is null or account_months.usage_month < spans.valid_to)
    cross join features
    {%- for relation in ['live_months', 'usage_months', 'windows'] %}
    left join {{ relation }}
        on
            account_months.account_id = {{ relation }}.account_id
            and account_months.usage_month = {{ relation }}.usage_month
    {%- endfor %}
    left join usage_months as last_year
        on
            account_months.account_id = last_year.account_id
            and last_year.usage_month
            = cast({{ dbt.dateadd('month', -12, 'account_months.usage_month') }} as date)
),

timed_months as (
    select
        *,
        {{ seconds_of('session_microseconds') }} as session_seconds,
        {{ minutes_of(seconds_of('session_microseconds')) }} as session_minutes,
        case when purchased_seat_count > 0 then active_user_count else 0 end as seat_user_count,
        case when employee_count > 0 then active_user_count else 0 end as staff_user_count
    from counted_months
),

final as (
    select
        account_id,
        usage_month,
        plan_tier,
        is_live,
        is_active,
        is_live_in_last_week,
        is_active_in_last_week,
        {%- for column in usage_counts if column != 'session_microseconds' %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ logins_per_user('login_count', 'active_user_count') }} as logins_per_user,
        {{ sessions_per_user('session_count', 'active_user_count') }} as sessions_per_user,
        session_seconds,
        session_minutes,
        {{ average_session_minutes('session_minutes', 'session_count') }}
            as average_session_minutes,
        {{ minutes_per_active_user('session_minutes', 'active_user_count') }}
            as minutes_per_active_user,
        cast(feature_count as bigint) as feature_count,
        {{ feature_breadth_rate('used_feature_count', 'feature_count') }} as feature_breadth_rate,
        cast(purchased_seat_count as decimal(18, 4)) as purchased_seat_count,
        cast(seat_user_count as bigint) as seat_user_count,
        {{ seat_utilisation_rate('seat_user_count', 'purchased_seat_count') }}
            as seat_utilisation_rate,
        cast(employee_count as bigint) as employee_count,
        cast(staff_user_count as bigint) as staff_user_count,
        {{ staff_penetration_rate('staff_user_count', 'employee_count') }}
            as staff_penetration_rate,
        cast(event_count_28d as bigint) as event_count_28d,
        cast(previous_event_count_28d as bigint) as previous_event_count_28d,
        {{ usage_change_rate('event_count_28d', 'previous_event_count_28d') }}
            as usage_change_rate,
        cast(previous_year_event_count as bigint) as previous_year_event_count,
        {{ when_month_is_over(
            usage_change_rate('activity_event_count', 'previous_year_event_count')
        ) }} as usage_change_on_year_rate,
        is_partial_month
    from timed_months
)

select * from final
