{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

text_rows as (
    {{ text_rows('referrals', source('raw', 'referrals')) }}
),

typed as (
    {{ typed_rows('referrals', 'text_rows') }}
),

placed as (
    {{ placed_rows('referrals', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('referrals', 'placed') }}
),

ruled as (
    {{ ruled_rows('referrals', 'ranked') }}
),

final as (
    {{ judged_rows('referrals', 'ruled') }}
)

select * from final
