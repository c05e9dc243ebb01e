{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

exchange_rates as (
    select distinct currency
    from {{ ref('base_exchange_rates__judged') }}
    where row_status = 'staged'
),

text_rows as (
    {{ text_rows('costs', source('raw', 'costs')) }}
),

typed as (
    {{ typed_rows('costs', 'text_rows') }}
),

placed as (
    {{ placed_rows('costs', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('costs', 'placed') }}
),

rated as (
    select
        ranked.*,
        exchange_rates.currency as rated_currency
    from ranked
    left join exchange_rates on ranked.currency = exchange_rates.currency
),

ruled as (
    {{ ruled_rows('costs', 'rated', {
        'currency_without_rate': 'rated_currency is null and currency <> ' ~ reporting_currency(),
    }) }}
),

final as (
    {{ judged_rows('costs', 'ruled') }}
)

select * from final
