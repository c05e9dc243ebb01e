-- The ledger chains: an account opens with what the movement before left, first with nothing.
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

chained_movements as (
    select
        account_id,
        movement_date,
        is_fx,
        opening_mrr,
        movement_amount,
        closing_mrr,
        coalesce(
            lag(closing_mrr) over (
                partition by account_id
                order by movement_date, case when is_fx then 0 else 1 end
            ),
            0
        ) as previous_closing_mrr
    from movements
)

select
    account_id,
    movement_date,
    is_fx,
    previous_closing_mrr,
    opening_mrr,
    movement_amount,
    closing_mrr
from chained_movements
where
    opening_mrr != previous_closing_mrr
    or opening_mrr + movement_amount != closing_mrr
