-- The total and every segment but a plan tier, which alone varies in time, open a month with the
-- MRR and the customers that they closed the month before with, and the first month with none.
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type != 'plan_tier'
),

chained_months as (
    select
        mrr_month,
        segment_type,
        segment_value,
        opening_mrr,
        opening_customer_count,
        coalesce(lag(mrr) over (
            partition by segment_type, segment_value
            order by mrr_month
        ), 0) as previous_mrr,
        coalesce(lag(customer_count) over (
            partition by segment_type, segment_value
            order by mrr_month
        ), 0) as previous_customer_count
    from mrr_months
)

select *
from chained_months
where
    opening_mrr != previous_mrr
    or opening_customer_count != previous_customer_count
