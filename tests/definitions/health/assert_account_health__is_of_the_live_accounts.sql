-- A snapshot holds every customer of its day with all its MRR, so that at month ends (and at the
-- as-of date of a month that is not over) its sums are the closings; and each score in its band.
with

account_health as (
    select * from {{ ref('fct_account_health') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type = 'total'
),

bands as (
    select * from {{ ref('health_bands') }}
),

snapshot_sums as (
    select
        snapshot_month,
        count(distinct snapshot_date) as snapshot_count,
        sum(case when is_customer then 1 else 0 end) as customer_count,
        sum(mrr) as mrr
    from account_health
    group by snapshot_month
)

select
    'closing' as problem,
    snapshot_sums.snapshot_month as problem_date,
    snapshot_sums.mrr as found
from snapshot_sums
left join mrr_months
    on snapshot_sums.snapshot_month = mrr_months.mrr_month
where
    mrr_months.mrr_month is null
    or snapshot_sums.snapshot_count != 1
    or snapshot_sums.customer_count != mrr_months.customer_count
    or snapshot_sums.mrr != mrr_months.mrr

union all

select
    'band' as problem,
    account_health.snapshot_date as problem_date,
    account_health.health_score as found
from account_health
inner join bands
    on account_health.health_band = bands.band
where
    account_health.health_score < bands.lower_bound
    or account_health.health_score > bands.upper_bound
    or (account_health.health_score = bands.lower_bound and not bands.lower_inclusive)
    or (account_health.health_score = bands.upper_bound and not bands.upper_inclusive)
