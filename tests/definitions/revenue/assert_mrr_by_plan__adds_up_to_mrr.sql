-- The plans of a month add up to its MRR, and their shares to one.
with

plan_months as (
    select * from {{ ref('fct_mrr_by_plan_monthly') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type = 'total'
),

plan_sums as (
    select
        mrr_month,
        sum(mrr) as mrr,
        min(all_plans_mrr) as all_plans_mrr,
        sum(mrr_share_rate) as share_sum,
        max(customer_count) as customer_count
    from plan_months
    group by mrr_month
)

select
    coalesce(mrr_months.mrr_month, plan_sums.mrr_month) as mrr_month,
    mrr_months.mrr,
    plan_sums.mrr as plan_mrr,
    plan_sums.all_plans_mrr,
    plan_sums.share_sum
from mrr_months
full outer join plan_sums
    on mrr_months.mrr_month = plan_sums.mrr_month
where
    mrr_months.mrr_month is null
    or mrr_months.mrr != coalesce(plan_sums.mrr, 0)
    or plan_sums.all_plans_mrr != plan_sums.mrr
    or abs(plan_sums.share_sum - 1) > 0.000001
    or plan_sums.customer_count > mrr_months.customer_count
