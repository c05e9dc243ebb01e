-- Months run from that of the first subscription state to that of the as-of date, each once.
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type = 'total'
),

states as (
    select * from {{ ref('int_subscription_states') }}
),

bounds as (
    select
        {{ month_of('min(effective_date)') }} as first_month,
        {{ month_of(as_of_date()) }} as last_month
    from states
),

placed_months as (
    select
        mrr_month,
        lag(mrr_month) over (order by mrr_month) as previous_month,
        lead(mrr_month) over (order by mrr_month) as next_month
    from mrr_months
)

select
    bounds.first_month,
    bounds.last_month,
    placed_months.previous_month,
    placed_months.mrr_month,
    placed_months.next_month
from bounds
left join placed_months
    on
        (placed_months.previous_month is null and bounds.first_month != placed_months.mrr_month)
        or (placed_months.next_month is null and bounds.last_month != placed_months.mrr_month)
        or placed_months.mrr_month
        != cast({{ dbt.dateadd('month', 1, 'placed_months.previous_month') }} as date)
where
    placed_months.mrr_month is not null
    or (
        bounds.first_month <= bounds.last_month
        and not exists (select mrr_months.mrr_month from mrr_months)
    )
