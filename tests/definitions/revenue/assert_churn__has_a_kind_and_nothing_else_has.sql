-- Every churn says why, in the ledger and in months, and a month's churn lies within it.
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

months as (
    select * from {{ ref('dim_months') }}
)

select
    account_id,
    movement_date as happened_on,
    movement,
    churn_kind
from movements
where (movement = 'churn') != (churn_kind is not null)

union all

select
    account_months.account_id,
    account_months.mrr_month as happened_on,
    account_months.movement,
    account_months.churn_kind
from account_months
inner join months
    on account_months.mrr_month = months.calendar_month
where
    (account_months.movement = 'churn') != (account_months.churn_kind is not null)
    or (account_months.churn_kind is null) != (account_months.churn_date is null)
    or account_months.churn_date < account_months.mrr_month
    or account_months.churn_date >= months.next_month
