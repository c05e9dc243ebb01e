with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

day_events as (
    select * from {{ ref('int_account_day_events') }}
),

catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

champions as (
    select * from {{ ref('int_account_champions_now') }}
),

-- each window begins on the day after one of these
days as (
    select
        {%- for length in [28, 30, 56] %}
        cast({{ dbt.dateadd('day', -length, 'as_of_date') }} as date) as day_{{ length }}_before,
        {%- endfor %}
        as_of_date
    from (select {{ as_of_date() }} as as_of_date) as last_day
),

live_accounts as (
    select
        subscription_mrr.account_id,
        sum(
            {{ purchased_seats(
                'subscription_mrr.is_earning', 'subscription_mrr.is_free',
                'subscription_mrr.is_seat_based', 'subscription_mrr.quantity',
            ) }}
        ) as purchased_seat_count
    from subscription_mrr
    inner join days
        on
            subscription_mrr.valid_from <= days.as_of_date
            and (
                subscription_mrr.valid_to is null
                or subscription_mrr.valid_to > days.as_of_date
            )
    where {{ is_live('subscription_mrr.is_earning', 'subscription_mrr.status') }}
    group by subscription_mrr.account_id
),

recent_usage as (
    select
        user_days.account_id,
        sum(
            case
                when user_days.occurred_date > days.day_28_before
                    then user_days.activity_event_count
                else 0
            end
        ) as event_count_28d,
        sum(
            case
                when
                    user_days.occurred_date > days.day_56_before
                    and user_days.occurred_date <= days.day_28_before
                    then user_days.activity_event_count
                else 0
            end
        ) as previous_event_count_28d,
        count(
            distinct case
                when user_days.occurred_date > days.day_30_before then user_days.user_id
            end
        ) as active_user_count_30d
    from user_days
    inner join days
        on user_days.occurred_date > days.day_56_before
    group by user_days.account_id
),

feature_use as (
    select
        day_events.account_id,
        max(case when catalogue.is_login then day_events.occurred_date end) as last_login_date,
        count(
            distinct case
                when day_events.occurred_date > days.day_30_before then catalogue.feature
            end
        ) as used_feature_count_30d
    from day_events
    inner join catalogue
        on day_events.event_name = catalogue.event_name
    cross join days
    where day_events.event_count > 0
    group by day_events.account_id
),

features as (
    select count(distinct feature) as feature_count
    from catalogue
),

final as (
    select
        live_accounts.account_id,
        cast(coalesce(recent_usage.event_count_28d, 0) as bigint) as event_count_28d,
        cast(coalesce(recent_usage.previous_event_count_28d, 0) as bigint)
            as previous_event_count_28d,
        {{ usage_change_rate(
            'recent_usage.event_count_28d', 'recent_usage.previous_event_count_28d'
        ) }} as usage_change_rate,
        cast(coalesce(recent_usage.active_user_count_30d, 0) as bigint) as active_user_count_30d,
        cast(live_accounts.purchased_seat_count as decimal(18, 4)) as purchased_seat_count,
        {{ seat_utilisation_rate(
            'coalesce(recent_usage.active_user_count_30d, 0)',
            'live_accounts.purchased_seat_count'
        ) }} as seat_utilisation_rate,
        cast(coalesce(feature_use.used_feature_count_30d, 0) as bigint) as used_feature_count_30d,
        {{ feature_breadth_rate(
            'coalesce(feature_use.used_feature_count_30d, 0)', 'features.feature_count'
        ) }} as feature_breadth_rate,
        feature_use.last_login_date,
        coalesce(champions.has_active_champion, false) as has_active_champion,
        coalesce(champions.had_active_champion_90d_before, false)
            as had_active_champion_90d_before
    from live_accounts
    cross join features
    left join recent_usage
        on live_accounts.account_id = recent_usage.account_id
    left join feature_use
        on live_accounts.account_id = feature_use.account_id
    left join champions
        on live_accounts.account_id = champions.account_id
)

select * from final
