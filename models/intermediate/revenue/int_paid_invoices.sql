with

invoices as (
    select * from {{ ref('stg_invoices') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

currency_rates as (
    select * from {{ ref('int_currency_rates') }}
),

final as (
    select
        invoices.invoice_id,
        invoices.account_id,
        invoices.subscription_id,
        coalesce(invoices.paid_date, invoices.issued_date) as paid_date,
        {{ realised_value('invoices', 'currency_rates.rate') }} as realised_amount
    from invoices
    inner join accounts
        on
            invoices.account_id = accounts.account_id
            and not accounts.is_internal
    -- invoices follow the fx policy by the month of issue
    inner join currency_rates
        on
            invoices.currency = currency_rates.currency
            and invoices.issued_date >= currency_rates.valid_from
            and (
                currency_rates.valid_to is null
                or invoices.issued_date < currency_rates.valid_to
            )
    where invoices.status = 'paid'
)

select * from final
