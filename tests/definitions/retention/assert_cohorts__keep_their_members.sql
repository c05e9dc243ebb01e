-- A cohort has its members in every month since, from month 0 without gaps to the as-of month, and
-- never more of them left; month 0 keeps all of its MRR. In total each account is in one cohort.
with

cohort_months as (
    select * from {{ ref('fct_cohort_retention') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
    where first_mrr_date is not null
),

placed_months as (
    select
        *,
        cast(
            {{ dbt.dateadd('month', 'cast(months_since as int)', 'cohort_month') }} as date
        ) as expected_month
    from cohort_months
),

cohorts as (
    select
        cohort_month,
        segment_type,
        segment_value,
        min(cohort_customer_count) as smallest_count,
        max(cohort_customer_count) as largest_count,
        min(cohort_mrr) as smallest_mrr,
        max(cohort_mrr) as largest_mrr,
        count(*) as month_count,
        min(months_since) as first_months_since,
        max(months_since) as last_months_since,
        max(mrr_month) as last_month,
        max(retained_customer_count) as most_retained,
        sum(case when months_since = 0 then retained_mrr else 0 end) as first_retained_mrr,
        sum(case when mrr_month != expected_month then 1 else 0 end) as misplaced_count
    from placed_months
    group by
        cohort_month,
        segment_type,
        segment_value
),

first_months as (
    select
        {{ month_of('first_mrr_date') }} as first_month,
        count(*) as account_count
    from accounts
    group by {{ month_of('first_mrr_date') }}
)

select
    first_months.first_month,
    first_months.account_count,
    cohorts.*
from cohorts
full outer join first_months
    on
        cohorts.cohort_month = first_months.first_month
        and cohorts.segment_type = 'total'
where
    cohorts.cohort_month is null
    or (
        cohorts.segment_type = 'total'
        and cohorts.largest_count != coalesce(first_months.account_count, 0)
    )
    or cohorts.smallest_count != cohorts.largest_count
    or cohorts.smallest_mrr != cohorts.largest_mrr
    or cohorts.most_retained > cohorts.largest_count
    or cohorts.first_months_since != 0
    or cohorts.month_count != cohorts.last_months_since + 1
    or cohorts.last_month != {{ month_of(as_of_date()) }}
    or cohorts.first_retained_mrr != cohorts.largest_mrr
    or cohorts.misplaced_count > 0
