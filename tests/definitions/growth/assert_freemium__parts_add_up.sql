-- Held at opening or started: one of the two. Who is won was counted, and is a customer at the
-- month's end (by tier it is another row: who is won came from none).
with

freemium as (
    select * from {{ ref('fct_freemium_conversion_monthly') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
)

select
    freemium.mrr_month,
    freemium.segment_type,
    freemium.segment_value,
    freemium.free_plan_account_count,
    freemium.converted_free_plan_account_count
from freemium
inner join mrr_months
    on
        freemium.mrr_month = mrr_months.mrr_month
        and freemium.segment_type = mrr_months.segment_type
        and freemium.segment_value = mrr_months.segment_value
where
    freemium.opening_free_plan_account_count + freemium.started_free_plan_account_count
    != freemium.free_plan_account_count
    or freemium.converted_free_plan_account_count > freemium.free_plan_account_count
    or (
        freemium.segment_type != 'plan_tier'
        and freemium.converted_free_plan_account_count > mrr_months.customer_count
    )
