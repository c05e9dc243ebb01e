-- Per account and month, to the cent: opening + net movement + fx = closing, and the ledger's gross
-- sums are the same change.
with

account_months as (
    select * from {{ ref('fct_account_months') }}
)

select
    account_id,
    mrr_month,
    movement,
    opening_mrr,
    movement_amount,
    fx_amount,
    closing_mrr
from account_months
where
    opening_mrr + movement_amount + fx_amount != closing_mrr
    or gross_new_mrr + gross_expansion_mrr + gross_contraction_mrr + gross_churned_mrr
    + gross_reactivation_mrr + gross_fx_mrr != closing_mrr - opening_mrr
