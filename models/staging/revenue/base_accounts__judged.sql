{{ config(materialized='table') }}

with

text_rows as (
    {{ text_rows('accounts', source('raw', 'accounts')) }}
),

typed as (
    {{ typed_rows('accounts', 'text_rows') }}
),

placed as (
    {{ placed_rows('accounts', 'typed') }}
),

ranked as (
    {{ ranked_rows('accounts', 'placed') }}
),

ruled as (
    {{ ruled_rows('accounts', 'ranked') }}
),

final as (
    {{ judged_rows('accounts', 'ruled') }}
)

select * from final
