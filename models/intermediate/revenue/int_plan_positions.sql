with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

-- a subscription takes a position in its plan when a paid state begins, and leaves it at its end
positions as (
    select
        account_id,
        plan_id,
        valid_from as position_date,
        1 as subscription_change,
        mrr as mrr_change,
        case when is_seat_based then quantity else 0 end as seat_change
    from subscription_mrr
    where mrr > 0

    union all

    select
        account_id,
        plan_id,
        valid_to as position_date,
        -1 as subscription_change,
        -mrr as mrr_change,
        case when is_seat_based then -quantity else 0 end as seat_change
    from subscription_mrr
    where mrr > 0
),

month_positions as (
    select
        account_id,
        plan_id,
        {{ month_of('position_date') }} as mrr_month,
        sum(subscription_change) as subscription_change,
        sum(mrr_change) as mrr_change,
        sum(seat_change) as seat_change
    from positions
    where position_date <= {{ as_of_date() }}
    group by
        account_id,
        plan_id,
        {{ month_of('position_date') }}
),

final as (
    select
        account_id,
        plan_id,
        mrr_month,
        subscription_change,
        mrr_change,
        seat_change,
        sum(subscription_change) over (
            partition by account_id, plan_id
            order by mrr_month
            rows between unbounded preceding and current row
        ) as subscription_count
    from month_positions
)

select * from final
