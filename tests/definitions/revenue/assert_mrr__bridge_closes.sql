-- In every month, to the cent and to the customer: opening and what happened make the closing.
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
)

select
    mrr_month,
    segment_type,
    segment_value,
    opening_mrr,
    mrr,
    net_new_mrr,
    opening_customer_count,
    customer_count
from mrr_months
where
    opening_mrr + new_mrr + expansion_mrr + contraction_mrr + churned_mrr + reactivation_mrr
    + fx_mrr != mrr
    or gross_new_mrr + gross_expansion_mrr + gross_contraction_mrr + gross_churned_mrr
    + gross_reactivation_mrr + gross_fx_mrr != net_new_mrr
    or opening_mrr + net_new_mrr != mrr
    or won_mrr + lost_mrr + fx_mrr != net_new_mrr
    or opening_customer_count + new_customer_count + reactivation_customer_count
    - churned_customer_count != customer_count
