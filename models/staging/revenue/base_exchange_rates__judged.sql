{{ config(materialized='table') }}

with

text_rows as (
    {{ text_rows('exchange_rates', source('raw', 'exchange_rates')) }}
),

typed as (
    {{ typed_rows('exchange_rates', 'text_rows') }}
),

placed as (
    {{ placed_rows('exchange_rates', 'typed') }}
),

ranked as (
    {{ ranked_rows('exchange_rates', 'placed') }}
),

ruled as (
    {{ ruled_rows('exchange_rates', 'ranked', {'negative_value': 'rate_to_reporting = 0'}) }}
),

final as (
    {{ judged_rows('exchange_rates', 'ruled') }}
)

select * from final
