with

invoices as (
    select
        *,
        coalesce(paid_date > {{ as_of_date() }}, false) as is_paid_later
    from {{ ref('base_invoices__judged') }}
),

final as (
    -- an invoice paid after the as-of date is open on it
    select
        invoice_id,
        account_id,
        subscription_id,
        issued_at,
        issued_date,
        due_at,
        due_date,
        case when not is_paid_later then paid_at end as paid_at,
        case when not is_paid_later then paid_date end as paid_date,
        period_start_date,
        period_end_date,
        amount_due,
        coalesce(tax_amount, 0) as tax_amount,
        case when not is_paid_later then amount_paid end as amount_paid,
        amount_refunded,
        currency,
        case when is_paid_later and status = 'paid' then 'open' else status end as status,
        loaded_at
    from invoices
    where row_status = 'staged'
)

select * from final
