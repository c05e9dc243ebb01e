-- Every trial stands once in the month of its start, add-ons apart, and a quarter or fiscal year
-- holds the trials of its months. A month before the history begins has no row.
with

trials as (
    select * from {{ ref('fct_trials') }}
),

cohorts as (
    select * from {{ ref('fct_trial_conversion_monthly') }}
    where segment_type = 'total'
),

periods as (
    select * from {{ ref('fct_retention_by_period') }}
    where segment_type = 'total'
),

trial_sums as (
    select
        cohort_month,
        count(*) as all_count,
        sum(case when is_add_on then 1 else 0 end) as add_on_count,
        sum(case when is_converted then 1 else 0 end) as converted_count,
        sum(case when not is_add_on and not is_matured then 1 else 0 end) as open_count
    from trials
    group by cohort_month
),

history as (
    select min(cohort_month) as first_month
    from cohorts
)

select
    cohorts.cohort_month,
    'cohort' as problem
from cohorts
left join trial_sums
    on cohorts.cohort_month = trial_sums.cohort_month
where
    cohorts.trial_count + cohorts.add_on_trial_count != coalesce(trial_sums.all_count, 0)
    or cohorts.add_on_trial_count != coalesce(trial_sums.add_on_count, 0)
    or cohorts.converted_trial_count + cohorts.converted_add_on_trial_count
    != coalesce(trial_sums.converted_count, 0)
    or cohorts.open_trial_count != coalesce(trial_sums.open_count, 0)
    or cohorts.converted_trial_count + cohorts.open_trial_count > cohorts.trial_count
    or cohorts.is_matured != (cohorts.open_trial_count = 0 and not cohorts.is_partial_month)

union all

select
    trial_sums.cohort_month,
    'no cohort' as problem
from trial_sums
cross join history
left join cohorts
    on trial_sums.cohort_month = cohorts.cohort_month
where
    cohorts.cohort_month is null
    and trial_sums.cohort_month >= history.first_month

union all

select
    periods.period_start_date as cohort_month,
    'period' as problem
from periods
inner join cohorts
    on
        periods.period_start_date <= cohorts.cohort_month
        and periods.next_period_start_date > cohorts.cohort_month
group by
    periods.period_type,
    periods.period_start_date
having
    max(periods.trial_count) != sum(cohorts.trial_count)
    or max(periods.converted_trial_count) != sum(cohorts.converted_trial_count)
    or max(periods.open_trial_count) != sum(cohorts.open_trial_count)
