{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

text_rows as (
    {{ text_rows('goal_events', source('raw', 'goal_events')) }}
),

typed as (
    {{ typed_rows('goal_events', 'text_rows') }}
),

placed as (
    {{ placed_rows('goal_events', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('goal_events', 'placed') }}
),

ruled as (
    {{ ruled_rows('goal_events', 'ranked') }}
),

final as (
    {{ judged_rows('goal_events', 'ruled') }}
)

select * from final
