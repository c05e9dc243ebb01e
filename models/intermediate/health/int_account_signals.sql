with

contracts as (
    select * from {{ ref('int_account_contracts_now') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

latest_health as (
    select * from {{ ref('int_account_health') }}
    where is_latest
),

engagement as (
    select * from {{ ref('int_account_engagement_now') }}
),

answers as (
    select * from {{ ref('int_latest_answers') }}
),

tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

features as (
    select count(distinct feature) as feature_count
    from {{ ref('feature_catalogue') }}
),

-- D-95: a feed that says nothing of anybody says nothing
company as (
    select
        sum(latest_health.weighted_action_count) > 0 as has_weighted_actions,
        sum(engagement.event_count_28d) > 0 as has_usage,
        max(engagement.last_login_date) is not null as has_logins
    from contracts
    left join latest_health
        on contracts.account_id = latest_health.account_id
    left join engagement
        on contracts.account_id = engagement.account_id
),

voices as (
    select
        account_id,
        {%- for survey_type in ['nps', 'csat', 'ces'] %}
        max(case when survey_type = '{{ survey_type }}' and is_low then score end)
            as low_{{ survey_type }}_score,
        {%- endfor %}
        max(case when survey_type = 'nps' and is_high then score end) as high_nps_score
    from answers
    group by account_id
),

escalations as (
    select
        account_id,
        count(*) as open_escalation_count
    from tickets
    where
        is_escalated
        and resolved_date is null
    group by account_id
),

final as (
    select
        contracts.account_id,
        contracts.mrr,
        contracts.is_past_due,
        contracts.is_trial_unpaid,
        contracts.service_end_date,
        contracts.renewal_date,
        contracts.trial_end_date,
        latest_health.health_score,
        latest_health.health_band,
        engagement.event_count_28d,
        engagement.previous_event_count_28d,
        engagement.active_user_count_30d,
        engagement.purchased_seat_count,
        engagement.used_feature_count_30d,
        features.feature_count,
        engagement.last_login_date,
        voices.low_nps_score,
        voices.low_csat_score,
        voices.low_ces_score,
        voices.high_nps_score,
        coalesce(escalations.open_escalation_count, 0) as open_escalation_count,
        {{ is_low_band('latest_health.health_band', 'company.has_weighted_actions') }}
            as is_low_band,
        {{ is_usage_down('engagement.event_count_28d', 'engagement.previous_event_count_28d') }}
        and company.has_usage as is_usage_down,
        {{ is_usage_up('engagement.event_count_28d', 'engagement.previous_event_count_28d') }}
            as is_usage_up,
        {{ is_renewal_near('contracts.renewal_date') }} as is_renewal_near,
        engagement.account_id is not null
        and company.has_logins
        and {{ is_login_missing('engagement.last_login_date', 'accounts.created_date') }}
            as is_login_missing,
        {{ is_seats_unused('engagement.seat_utilisation_rate', 'engagement.purchased_seat_count') }}
        and company.has_usage as is_seats_unused,
        {{ is_seats_full('engagement.seat_utilisation_rate', 'engagement.purchased_seat_count') }}
            as is_seats_full,
        {{ is_using_few_features('engagement.feature_breadth_rate') }}
        and company.has_usage as is_using_few_features,
        {{ is_champion_gone(
            'engagement.has_active_champion', 'engagement.had_active_champion_90d_before'
        ) }} and company.has_usage as is_champion_gone
    from contracts
    inner join accounts
        on contracts.account_id = accounts.account_id
    cross join company
    cross join features
    left join latest_health
        on contracts.account_id = latest_health.account_id
    left join engagement
        on contracts.account_id = engagement.account_id
    left join voices
        on contracts.account_id = voices.account_id
    left join escalations
        on contracts.account_id = escalations.account_id
)

select * from final
