{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

text_rows as (
    {{ text_rows('users', source('raw', 'users')) }}
),

typed as (
    {{ typed_rows('users', 'text_rows') }}
),

placed as (
    {{ placed_rows('users', 'typed') }}
),

ranked as (
    {{ ranked_rows('users', 'placed') }}
),

ruled as (
    {{ ruled_rows('users', 'ranked') }}
),

final as (
    {{ judged_rows('users', 'ruled') }}
)

select * from final
