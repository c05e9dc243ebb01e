{%- set signs = [
    ('is_thriving', dbt.concat(["'its health is '", 'health_band'])),
    ('is_seats_full', dbt.concat([
        "'it uses '", as_text('active_user_count_30d'), "' of '",
        spoken_number('purchased_seat_count'), "' seats'",
    ])),
    ('is_promoter', dbt.concat(["'its last NPS answer was '", spoken_number('high_nps_score')])),
    ('is_usage_up', dbt.concat([
        "'usage rose from '", as_text('previous_event_count_28d'), "' to '",
        as_text('event_count_28d'), "' events in 28 days'",
    ])),
] -%}

-- depends_on: {{ ref('int_build_clearance') }}
with

signals as (
    select
        *,
        {{ is_high_band('health_band') }} as is_thriving,
        high_nps_score is not null as is_promoter
    from {{ ref('int_account_signals') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

at_risk_accounts as (
    select account_id
    from {{ ref('fct_at_risk_accounts') }}
),

spoken_signals as (
    select
        signals.*,
        accounts.account_name,
        accounts.csm_owner,
        at_risk_accounts.account_id is not null as is_at_risk,
        {% for flag, _ in signs -%}
        case when {{ flag }} then 1 else 0 end {{ '+ ' if not loop.last }}
        {%- endfor %} as sign_count,
        {{ spoken_reasons(dbt.concat([
            'coalesce(accounts.account_name, accounts.account_id)',
            "' may be ready for more: '",
        ]), signs) }} as signs_sentence
    from signals
    inner join accounts
        on signals.account_id = accounts.account_id
    left join at_risk_accounts
        on signals.account_id = at_risk_accounts.account_id
),

final as (
    select
        account_id,
        -- most signs first; a customer at risk is to be kept before anything is sold to it
        cast(
            row_number() over (
                order by
                    case when is_at_risk then 1 else 0 end,
                    sign_count desc,
                    mrr desc,
                    {{ by_bytes('account_id') }}
            ) as bigint
        ) as list_position,
        account_name,
        csm_owner,
        cast(mrr as {{ type_money() }}) as mrr,
        is_at_risk,
        cast(sign_count as bigint) as sign_count,
        cast(signs_sentence as {{ dbt.type_string() }}) as signs_sentence,
        {%- for flag, _ in signs %}
        {{ flag }},
        {%- endfor %}
        health_score,
        cast(health_band as {{ dbt.type_string() }}) as health_band,
        cast(event_count_28d as bigint) as event_count_28d,
        cast(previous_event_count_28d as bigint) as previous_event_count_28d,
        cast(active_user_count_30d as bigint) as active_user_count_30d,
        cast(purchased_seat_count as decimal(18, 4)) as purchased_seat_count
    from spoken_signals
    where sign_count > 0
)

select * from final
