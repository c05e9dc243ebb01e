-- depends_on: {{ ref('int_build_clearance') }}
with

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

movements as (
    select * from {{ ref('int_account_movements') }}
),

final as (
    select
        shares.subscription_id,
        shares.account_id,
        shares.change_date,
        shares.is_fx,
        shares.driver,
        -- what the day was for the account: a plan switch at the same price is no movement
        coalesce(movements.movement, 'none') as movement,
        shares.previous_plan_id,
        shares.plan_id,
        shares.previous_quantity,
        shares.quantity,
        shares.mrr_before,
        shares.change_amount,
        shares.mrr_after
    from shares
    left join movements
        on
            shares.account_id = movements.account_id
            and shares.change_date = movements.movement_date
            and shares.is_fx = movements.is_fx
    where shares.change_date <= {{ as_of_date() }}
)

select * from final
