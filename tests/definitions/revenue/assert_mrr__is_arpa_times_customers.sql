-- Average MRR per customer times customers is MRR, but for half a cent of rounding per customer.
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
)

select
    mrr_month,
    segment_type,
    segment_value,
    mrr,
    arpa,
    customer_count
from mrr_months
where
    abs(coalesce(arpa, 0) * customer_count - mrr) > customer_count * 0.005
    or (arpa is null) != (customer_count = 0)
