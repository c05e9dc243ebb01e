{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

text_rows as (
    {{ text_rows('subscriptions', source('raw', 'subscriptions')) }}
),

typed as (
    {{ typed_rows('subscriptions', 'text_rows') }}
),

placed as (
    {{ placed_rows('subscriptions', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('subscriptions', 'placed') }}
),

ruled as (
    {{ ruled_rows('subscriptions', 'ranked', {
        'end_before_start': 'ended_date < created_date',
        'trial_end_before_start': 'trial_end_date < trial_start_date',
    }) }}
),

final as (
    {{ judged_rows('subscriptions', 'ruled') }}
)

select * from final
