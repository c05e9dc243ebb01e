{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

subscriptions as (
    {{ parent_keys('subscriptions', ref('base_subscriptions__judged')) }}
),

exchange_rates as (
    select distinct currency
    from {{ ref('base_exchange_rates__judged') }}
    where row_status = 'staged'
),

text_rows as (
    {{ text_rows('invoices', source('raw', 'invoices')) }}
),

typed as (
    {{ typed_rows('invoices', 'text_rows') }}
),

placed as (
    {{ placed_rows('invoices', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('invoices', 'placed') }}
),

rated as (
    select
        ranked.*,
        exchange_rates.currency as rated_currency
    from ranked
    left join exchange_rates on ranked.currency = exchange_rates.currency
),

ruled as (
    {{ ruled_rows('invoices', 'rated', {
        'end_before_start': 'period_end_date < period_start_date',
        'currency_without_rate': 'rated_currency is null and currency <> ' ~ reporting_currency(),
        'paid_without_amount_due': 'amount_paid > 0 and (raw__amount_due is null or amount_due <= 0)',
    }) }}
),

final as (
    {{ judged_rows('invoices', 'ruled') }}
)

select * from final
