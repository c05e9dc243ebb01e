-- sqlfluff:dialect:postgres
with

paid_invoices as (
    select * from {{ ref('int_paid_invoices') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

buying_months as (
    select
        account_id,
        {{ month_of('paid_date') }} as paid_month,
        count(*) as invoice_count,
        sum(realised_amount) as realised_amount
    from paid_invoices
    group by
        account_id,
        {{ month_of('paid_date') }}
),

-- everything up to a month's end, until the next purchase
buyers as (
    select
        account_id,
        paid_month,
        lead(paid_month) over (partition by account_id order by paid_month) as next_paid_month,
        sum(invoice_count) over (
            partition by account_id
            order by paid_month
            rows between unbounded preceding and current row
        ) as invoice_count,
        sum(realised_amount) over (
            partition by account_id
            order by paid_month
            rows between unbounded preceding and current row
        ) as realised_amount
    from buying_months
),

buyer_months as (
    select
        months.mrr_month,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        buyers.invoice_count,
        buyers.realised_amount
    from buyers
    inner join months
        on
            buyers.paid_month <= months.mrr_month
            and (buyers.next_paid_month is null or buyers.next_paid_month > months.mrr_month)
    inner join attributes
        on buyers.account_id = attributes.account_id
    left join account_months
        on
            buyers.account_id = account_months.account_id
            and months.mrr_month = account_months.mrr_month
),

final as (
    select
        mrr_month,
        {{ segment_columns() }},
        count(*) as buyer_count,
        sum(case when invoice_count > 1 then 1 else 0 end) as repeat_buyer_count,
        sum(case when invoice_count > 1 then invoice_count else 0 end) as repeat_invoice_count,
        sum(case when invoice_count > 1 then realised_amount else 0 end) as repeat_invoice_amount,
        sum(case when invoice_count = 1 then 1 else 0 end) as single_invoice_count,
        sum(case when invoice_count = 1 then realised_amount else 0 end) as single_invoice_amount
    from buyer_months
    {{ group_by_segments(['mrr_month']) }}
)

select * from final
