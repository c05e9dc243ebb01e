-- Contracted MRR is today's and every change agreed up to the month's end, for 12 months ahead.
with

contracted_months as (
    select * from {{ ref('fct_contracted_mrr') }}
    where segment_type = 'total'
),

scheduled_changes as (
    select * from {{ ref('fct_scheduled_changes') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where
        segment_type = 'total'
        and mrr_month = {{ month_of(as_of_date()) }}
),

present as (
    select coalesce(sum(mrr), 0) as mrr
    from mrr_months
),

expected_months as (
    select
        contracted_months.contracted_month,
        contracted_months.months_ahead,
        contracted_months.mrr,
        contracted_months.contracted_mrr,
        contracted_months.mrr + coalesce(sum(scheduled_changes.change_amount), 0)
            as expected_mrr
    from contracted_months
    left join scheduled_changes
        on
            scheduled_changes.change_date
            < cast({{ dbt.dateadd('month', 1, 'contracted_months.contracted_month') }} as date)
    group by
        contracted_months.contracted_month,
        contracted_months.months_ahead,
        contracted_months.mrr,
        contracted_months.contracted_mrr
),

parts as (
    select
        contracted_month,
        mrr + sum(signed_change_mrr + discount_change_mrr - scheduled_churn_mrr) over (
            order by contracted_month
            rows between unbounded preceding and current row
        ) as mrr_from_parts
    from contracted_months
)

select
    present.mrr as present_mrr,
    expected_months.contracted_month,
    expected_months.contracted_mrr,
    expected_months.expected_mrr,
    parts.mrr_from_parts
from present
left join expected_months
    on expected_months.months_ahead between 0 and 12
left join parts
    on expected_months.contracted_month = parts.contracted_month
where
    expected_months.contracted_month is null
    or expected_months.mrr != present.mrr
    or expected_months.contracted_mrr != expected_months.expected_mrr
    or expected_months.contracted_mrr != parts.mrr_from_parts
    or (select count(*) from contracted_months) != 13
