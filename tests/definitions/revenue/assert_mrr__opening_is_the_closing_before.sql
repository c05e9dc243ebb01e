-- A month opens with the MRR and the customers of the month before, and the first with none.
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
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
    where segment_type = 'total'
)

select
    mrr_month,
    segment_type,
    segment_value,
    previous_mrr,
    opening_mrr,
    previous_customer_count,
    opening_customer_count
from chained_months
where
    opening_mrr != previous_mrr
    or opening_customer_count != previous_customer_count
