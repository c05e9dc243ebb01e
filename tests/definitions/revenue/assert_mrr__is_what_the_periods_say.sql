-- Recomputed without the ledger: an account's MRR at a month's end is the sum of the periods that
-- cover the day, and the month's MRR is the sum of its accounts'.
with

periods as (
    select * from {{ ref('int_subscription_mrr') }}
    where mrr > 0
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type = 'total'
),

last_days as (
    select
        mrr_month,
        case
            when is_partial_month then {{ as_of_date() }}
            else {{ dbt.last_day('mrr_month', 'month') }}
        end as last_day
    from mrr_months
),

recomputed_months as (
    select
        periods.account_id,
        last_days.mrr_month,
        sum(periods.mrr) as mrr
    from periods
    inner join last_days
        on
            periods.valid_from <= last_days.last_day
            and (periods.valid_to is null or periods.valid_to > last_days.last_day)
    group by
        periods.account_id,
        last_days.mrr_month
),

recomputed_totals as (
    select
        mrr_month,
        sum(mrr) as mrr,
        count(*) as customer_count
    from recomputed_months
    group by mrr_month
)

select
    coalesce(recomputed_months.account_id, account_months.account_id) as account_id,
    coalesce(recomputed_months.mrr_month, account_months.mrr_month) as mrr_month,
    recomputed_months.mrr as recomputed_mrr,
    account_months.closing_mrr as mrr
from recomputed_months
full outer join account_months
    on
        recomputed_months.account_id = account_months.account_id
        and recomputed_months.mrr_month = account_months.mrr_month
where coalesce(recomputed_months.mrr, 0) != coalesce(account_months.closing_mrr, 0)

union all

select
    'all accounts' as account_id,
    mrr_months.mrr_month,
    recomputed_totals.mrr as recomputed_mrr,
    mrr_months.mrr
from mrr_months
left join recomputed_totals
    on mrr_months.mrr_month = recomputed_totals.mrr_month
where
    mrr_months.mrr != coalesce(recomputed_totals.mrr, 0)
    or mrr_months.customer_count != coalesce(recomputed_totals.customer_count, 0)
