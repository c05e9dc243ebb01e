-- depends_on: {{ ref('int_build_clearance') }}
with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

paid_invoices as (
    select * from {{ ref('int_paid_invoices') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

costs as (
    select * from {{ ref('int_costs') }}
),

payments as (
    select
        account_id,
        count(*) as paid_invoice_count,
        sum(case when subscription_id is null then 1 else 0 end) as one_off_invoice_count,
        sum(realised_amount) as realised_value,
        sum(case when subscription_id is null then realised_amount else 0 end)
            as one_off_realised_value,
        min(paid_date) as first_paid_date,
        max(paid_date) as last_paid_date
    from paid_invoices
    group by account_id
),

service as (
    select
        account_id,
        sum(customer_days) as customer_days
    from customer_days
    group by account_id
),

booked_costs as (
    select
        account_id,
        sum(cost_amount) as booked_cost_amount
    from costs
    group by account_id
),

final as (
    select
        accounts.account_id,
        accounts.first_mrr_date,
        accounts.mrr,
        accounts.is_customer,
        cast(coalesce(service.customer_days, 0) as bigint) as customer_days,
        payments.first_paid_date,
        payments.last_paid_date,
        cast(coalesce(payments.paid_invoice_count, 0) as bigint) as paid_invoice_count,
        cast(coalesce(payments.one_off_invoice_count, 0) as bigint) as one_off_invoice_count,
        {{ average_invoice('payments.realised_value', 'payments.paid_invoice_count') }}
            as average_invoice_amount,
        cast(coalesce(payments.realised_value, 0) as {{ type_money() }}) as realised_value,
        cast(coalesce(payments.one_off_realised_value, 0) as {{ type_money() }})
            as one_off_realised_value,
        cast(coalesce(booked_costs.booked_cost_amount, 0) as {{ type_money() }})
            as booked_cost_amount
    from accounts
    left join payments
        on accounts.account_id = payments.account_id
    left join service
        on accounts.account_id = service.account_id
    left join booked_costs
        on accounts.account_id = booked_costs.account_id
)

select * from final
