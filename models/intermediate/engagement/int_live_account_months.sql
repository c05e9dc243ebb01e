with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

months as (
    select
        *,
        cast({{ dbt.dateadd('day', -6, 'closing_date') }} as date) as last_week_date
    from {{ ref('int_usage_months') }}
),

live_states as (
    select
        account_id,
        valid_from,
        valid_to,
        {{ purchased_seats('is_earning', 'is_free', 'is_seat_based', 'quantity') }} as seat_count
    from subscription_mrr
    where {{ is_live('is_earning', 'status') }}
),

final as (
    select
        live_states.account_id,
        months.usage_month,
        max(
            case
                when
                    live_states.valid_to is null
                    or live_states.valid_to > months.last_week_date
                    then 1
                else 0
            end
        ) = 1 as is_live_in_last_week,
        sum(
            case
                when
                    live_states.valid_to is null
                    or live_states.valid_to > months.closing_date
                    then live_states.seat_count
                else 0
            end
        ) as purchased_seat_count
    from live_states
    inner join months
        on
            live_states.valid_from <= months.closing_date
            and (live_states.valid_to is null or live_states.valid_to > months.usage_month)
    group by
        live_states.account_id,
        months.usage_month
)

select * from final
