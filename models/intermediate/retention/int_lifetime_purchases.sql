-- sqlfluff:dialect:postgres
{% set columns = ['invoice_count', 'invoice_amount', 'customer_days'] %}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

paid_invoices as (
    select * from {{ ref('int_paid_invoices') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

first_months as (
    select min(mrr_month) as first_month
    from segment_months
),

-- an invoice paid before the table begins still counts up to every month's end
happenings as (
    select
        paid_invoices.account_id,
        case
            when {{ month_of('paid_invoices.paid_date') }} < first_months.first_month
                then first_months.first_month
            else {{ month_of('paid_invoices.paid_date') }}
        end as mrr_month,
        1 as invoice_count,
        paid_invoices.realised_amount as invoice_amount,
        0 as customer_days
    from paid_invoices
    cross join first_months
    where
        paid_invoices.subscription_id is not null
        and paid_invoices.realised_amount > 0

    union all

    select
        account_id,
        mrr_month,
        0 as invoice_count,
        0 as invoice_amount,
        customer_days
    from customer_days
),

placed_happenings as (
    select
        happenings.mrr_month,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        happenings.invoice_count,
        happenings.invoice_amount,
        happenings.customer_days
    from happenings
    inner join attributes
        on happenings.account_id = attributes.account_id
    left join account_months
        on
            happenings.account_id = account_months.account_id
            and happenings.mrr_month = account_months.mrr_month
),

sums as (
    select
        mrr_month,
        {{ segment_columns() }},
        sum(invoice_count) as invoice_count,
        sum(invoice_amount) as invoice_amount,
        sum(customer_days) as customer_days
    from placed_happenings
    {{ group_by_segments(['mrr_month']) }}
),

final as (
    select
        segment_months.segment_type,
        segment_months.segment_value,
        {%- for column in columns %}
        sum(coalesce(sums.{{ column }}, 0)) over (
            partition by segment_months.segment_type, segment_months.segment_value
            order by segment_months.mrr_month
            rows between unbounded preceding and current row
        ) as {{ column }},
        {%- endfor %}
        segment_months.mrr_month
    from segment_months
    {{ join_segment_months('sums') }}
)

select * from final
