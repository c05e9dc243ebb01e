-- An account's MRR is the sum of its movements so far.
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

summed_movements as (
    select
        account_id,
        movement_date,
        is_fx,
        closing_mrr,
        sum(movement_amount) over (
            partition by account_id
            order by movement_date, case when is_fx then 0 else 1 end
            rows between unbounded preceding and current row
        ) as running_mrr
    from movements
)

select
    account_id,
    movement_date,
    is_fx,
    closing_mrr,
    running_mrr
from summed_movements
where closing_mrr != running_mrr
