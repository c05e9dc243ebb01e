-- A loss lies in its month, after the account's first MRR, and before the month it came back; and
-- who is listed has no MRR at that month's end.
with

churned_customers as (
    select * from {{ ref('fct_churned_customers') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
    where closing_mrr > 0
)

select
    churned_customers.account_id,
    churned_customers.churn_month,
    churned_customers.churn_date,
    churned_customers.first_mrr_date,
    churned_customers.tenure_days,
    churned_customers.returned_month,
    account_months.closing_mrr
from churned_customers
left join account_months
    on
        churned_customers.account_id = account_months.account_id
        and churned_customers.churn_month = account_months.mrr_month
where
    account_months.account_id is not null
    or {{ month_of('churned_customers.churn_date') }} != churned_customers.churn_month
    or churned_customers.first_mrr_date >= churned_customers.churn_date
    or cast(
        {{ dbt.dateadd(
            'day', 'cast(churned_customers.tenure_days as int)', 'churned_customers.first_mrr_date'
        ) }} as date
    ) != churned_customers.churn_date
    or churned_customers.returned_month <= churned_customers.churn_month
