{%- set reasons = [
    ('has_cancelled', dbt.concat([
        "'it has cancelled and service ends on '", as_text('service_end_date'),
    ])),
    ('is_low_band', dbt.concat(["'its health is '", 'health_band'])),
    ('is_usage_down', dbt.concat([
        "'usage fell from '", as_text('previous_event_count_28d'), "' to '",
        as_text('event_count_28d'), "' events in 28 days'",
    ])),
    ('is_detractor', dbt.concat(["'its last NPS answer was '", spoken_number('low_nps_score')])),
    ('is_dissatisfied', dbt.concat([
        "'its last CSAT answer was '", spoken_number('low_csat_score'),
    ])),
    ('is_high_effort', dbt.concat(["'its last CES answer was '", spoken_number('low_ces_score')])),
    ('has_open_escalation', "'an escalated ticket is open'"),
    ('is_past_due', "'a payment is past due'"),
    ('is_renewal_near', dbt.concat(["'its term ends on '", as_text('renewal_date')])),
    ('is_trial_unpaid', dbt.concat([
        "'its trial ended on '", as_text('trial_end_date'), "' without a purchase'",
    ])),
    ('is_login_missing', dbt.concat([
        "'nobody has logged in '",
        "case when last_login_date is null then 'yet' else " ~ dbt.concat([
            "'since '", as_text('last_login_date'),
        ]) ~ " end",
    ])),
    ('is_seats_unused', dbt.concat([
        "'it uses '", as_text('active_user_count_30d'), "' of '",
        spoken_number('purchased_seat_count'), "' seats'",
    ])),
    ('is_using_few_features', dbt.concat([
        "'it uses '", as_text('used_feature_count_30d'), "' of '", as_text('feature_count'),
        "' features'",
    ])),
    ('is_champion_gone', "'its champion is no longer active'"),
] -%}

-- depends_on: {{ ref('int_build_clearance') }}
with

signals as (
    select
        *,
        service_end_date is not null as has_cancelled,
        low_nps_score is not null as is_detractor,
        low_csat_score is not null as is_dissatisfied,
        low_ces_score is not null as is_high_effort,
        open_escalation_count > 0 as has_open_escalation
    from {{ ref('int_account_signals') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

spoken_signals as (
    select
        signals.*,
        accounts.account_name,
        accounts.csm_owner,
        {% for flag, _ in reasons -%}
        case when {{ flag }} then 1 else 0 end {{ '+ ' if not loop.last }}
        {%- endfor %} as reason_count,
        {{ spoken_reasons(dbt.concat([
            'coalesce(accounts.account_name, accounts.account_id)', "' is at risk: '",
        ]), reasons) }} as reasons_sentence
    from signals
    inner join accounts
        on signals.account_id = accounts.account_id
),

final as (
    select
        account_id,
        -- who has cancelled comes first, then the largest
        cast(
            row_number() over (
                order by
                    case when has_cancelled then 0 else 1 end,
                    mrr desc,
                    reason_count desc,
                    {{ by_bytes('account_id') }}
            ) as bigint
        ) as list_position,
        account_name,
        csm_owner,
        cast(mrr as {{ type_money() }}) as mrr_at_stake,
        renewal_date,
        cast(
            {{ dbt.datediff(as_of_date(), 'renewal_date', 'day') }}
            as bigint
        ) as days_to_renewal,
        service_end_date,
        trial_end_date,
        cast(reason_count as bigint) as reason_count,
        cast(reasons_sentence as {{ dbt.type_string() }}) as reasons_sentence,
        {%- for flag, _ in reasons %}
        {{ flag }},
        {%- endfor %}
        health_score,
        cast(health_band as {{ dbt.type_string() }}) as health_band,
        cast(event_count_28d as bigint) as event_count_28d,
        cast(previous_event_count_28d as bigint) as previous_event_count_28d,
        cast(active_user_count_30d as bigint) as active_user_count_30d,
        cast(purchased_seat_count as decimal(18, 4)) as purchased_seat_count,
        cast(used_feature_count_30d as bigint) as used_feature_count_30d,
        last_login_date,
        cast(open_escalation_count as bigint) as open_escalation_count
    from spoken_signals
    where reason_count > 0
)

select * from final
