-- The shares of an account's subscriptions are its movement, day by day, and cancel out where there
-- is none.
with

shares as (
    select * from {{ ref('fct_subscription_changes') }}
),

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

share_sums as (
    select
        account_id,
        change_date,
        is_fx,
        min(movement) as first_movement,
        max(movement) as last_movement,
        sum(change_amount) as change_amount
    from shares
    group by
        account_id,
        change_date,
        is_fx
)

select
    coalesce(share_sums.account_id, movements.account_id) as account_id,
    coalesce(share_sums.change_date, movements.movement_date) as change_date,
    coalesce(share_sums.is_fx, movements.is_fx) as is_fx,
    share_sums.change_amount,
    movements.movement_amount
from share_sums
full outer join movements
    on
        share_sums.account_id = movements.account_id
        and share_sums.change_date = movements.movement_date
        and share_sums.is_fx = movements.is_fx
where
    coalesce(share_sums.change_amount, 0) != coalesce(movements.movement_amount, 0)
    or share_sums.first_movement != coalesce(movements.movement, 'none')
    or share_sums.last_movement != coalesce(movements.movement, 'none')
