-- The class of a net month says what was at opening and at closing, and which sign lies between.
with

account_months as (
    select * from {{ ref('fct_account_months') }}
)

select
    account_id,
    mrr_month,
    movement,
    first_mrr_date,
    opening_mrr,
    movement_amount,
    fx_amount,
    closing_mrr
from account_months
where
    not case movement
        when 'none' then movement_amount = 0
        when 'new' then opening_mrr = 0 and closing_mrr > 0 and first_mrr_date >= mrr_month
        when 'reactivation' then opening_mrr = 0 and closing_mrr > 0 and first_mrr_date < mrr_month
        when 'expansion' then opening_mrr > 0 and closing_mrr > 0 and movement_amount > 0
        when 'contraction' then opening_mrr > 0 and closing_mrr > 0 and movement_amount < 0
        when 'churn' then opening_mrr > 0 and closing_mrr = 0 and movement_amount < 0
        else false
    end
    -- fx falls on what survives the month
    or (fx_amount != 0 and (opening_mrr = 0 or closing_mrr = 0))
