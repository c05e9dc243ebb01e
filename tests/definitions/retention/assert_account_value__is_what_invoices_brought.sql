-- Accounts together have brought in what their invoices did and have been served as many days as
-- lifetime values count; the subjects of the survival curve are all accounts that ever had MRR at
-- the end of a month that is over.
with

account_values as (
    select * from {{ ref('fct_account_value') }}
),

paid_invoices as (
    select * from {{ ref('int_paid_invoices') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

lifetime_values as (
    select * from {{ ref('fct_customer_lifetime_value') }}
    where segment_type = 'total'
),

last_month as (
    select max(mrr_month) as mrr_month
    from lifetime_values
),

last_full_month as (
    select max(mrr_month) as mrr_month
    from lifetime_values
    where not is_partial_month
),

value_sums as (
    select
        count(*) as row_count,
        coalesce(sum(realised_value), 0) as realised_value,
        coalesce(sum(one_off_realised_value), 0) as one_off_realised_value,
        coalesce(sum(paid_invoice_count), 0) as paid_invoice_count,
        coalesce(sum(customer_days), 0) as customer_days
    from account_values
),

invoice_sums as (
    select
        count(*) as invoice_count,
        coalesce(sum(realised_amount), 0) as realised_amount,
        coalesce(sum(case when subscription_id is null then realised_amount else 0 end), 0)
            as one_off_amount,
        coalesce(
            sum(
                case
                    when subscription_id is not null and realised_amount > 0 then realised_amount
                    else 0
                end
            ), 0
        ) as purchase_amount
    from paid_invoices
),

subjects as (
    select count(distinct account_id) as subject_count
    from account_months
    where
        closing_mrr > 0
        and not is_partial_month
)

select
    'realised value' as problem,
    value_sums.row_count
from value_sums
cross join invoice_sums
where
    value_sums.realised_value != invoice_sums.realised_amount
    or value_sums.one_off_realised_value != invoice_sums.one_off_amount
    or value_sums.paid_invoice_count != invoice_sums.invoice_count

union all

select
    'lifetime values to date' as problem,
    lifetime_values.invoice_count as row_count
from lifetime_values
inner join last_month
    on lifetime_values.mrr_month = last_month.mrr_month
cross join invoice_sums
cross join value_sums
where
    lifetime_values.invoice_amount != invoice_sums.purchase_amount
    or lifetime_values.customer_days != value_sums.customer_days

union all

select
    'survival subjects' as problem,
    lifetime_values.survival_subject_count as row_count
from lifetime_values
inner join last_full_month
    on lifetime_values.mrr_month = last_full_month.mrr_month
cross join subjects
where lifetime_values.survival_subject_count != subjects.subject_count
