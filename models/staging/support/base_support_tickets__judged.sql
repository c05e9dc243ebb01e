{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

users as (
    {{ parent_keys('users', ref('base_users__judged')) }}
),

text_rows as (
    {{ text_rows('support_tickets', source('raw', 'support_tickets')) }}
),

typed as (
    {{ typed_rows('support_tickets', 'text_rows') }}
),

placed as (
    {{ placed_rows('support_tickets', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('support_tickets', 'placed') }}
),

ruled as (
    {{ ruled_rows('support_tickets', 'ranked', {
        'end_before_start': 'resolved_at < opened_at',
    }) }}
),

final as (
    {{ judged_rows('support_tickets', 'ruled', {
        'first_response_after_resolution': 'first_response_at > resolved_at',
    }) }}
)

select * from final
