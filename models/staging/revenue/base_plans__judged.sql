{{ config(materialized='table') }}

with

text_rows as (
    {{ text_rows('plans', source('raw', 'plans')) }}
),

typed as (
    {{ typed_rows('plans', 'text_rows') }}
),

placed as (
    {{ placed_rows('plans', 'typed') }}
),

ranked as (
    {{ ranked_rows('plans', 'placed') }}
),

ruled as (
    {{ ruled_rows('plans', 'ranked') }}
),

final as (
    {{ judged_rows('plans', 'ruled') }}
)

select * from final
