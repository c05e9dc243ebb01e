-- What accounts are worth today adds up to the MRR of the as-of month, and its customers to theirs.
with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where
        segment_type = 'total'
        and mrr_month = {{ month_of(as_of_date()) }}
),

account_sums as (
    select
        coalesce(sum(mrr), 0) as mrr,
        coalesce(sum(case when is_customer then 1 else 0 end), 0) as customer_count
    from accounts
)

select
    account_sums.mrr as accounts_mrr,
    mrr_months.mrr,
    account_sums.customer_count as accounts_customer_count,
    mrr_months.customer_count
from account_sums
left join mrr_months
    on account_sums.mrr is not null
where
    account_sums.mrr != coalesce(mrr_months.mrr, 0)
    or account_sums.customer_count != coalesce(mrr_months.customer_count, 0)
