-- The class of a movement says what was before, what is after, and which sign lies between.
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
)

select
    account_id,
    movement_date,
    movement,
    is_fx,
    opening_mrr,
    movement_amount,
    closing_mrr
from movements
where
    is_fx != (movement = 'fx')
    or movement_amount = 0
    or not case movement
        when 'fx' then opening_mrr > 0
        when 'new' then opening_mrr = 0 and movement_amount > 0
        when 'reactivation' then opening_mrr = 0 and movement_amount > 0
        when 'expansion' then opening_mrr > 0 and movement_amount > 0
        when 'contraction' then closing_mrr > 0 and movement_amount < 0
        when 'churn' then closing_mrr = 0 and movement_amount < 0
        else false
    end
