-- depends_on: {{ ref('int_build_clearance') }}
with

cohort_months as (
    select * from {{ ref('int_cohort_months') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

cohorts as (
    select
        cohort_month,
        segment_type,
        segment_value,
        cohort_customer_count,
        cohort_mrr
    from cohort_months
    where cohort_month = mrr_month
),

-- the triangle, with a row also where nobody is left
filled_months as (
    select
        cohorts.cohort_month,
        months.mrr_month,
        {{ months_between('cohorts.cohort_month', 'months.mrr_month') }} as months_since,
        cohorts.segment_type,
        cohorts.segment_value,
        cohorts.cohort_customer_count,
        cohorts.cohort_mrr,
        coalesce(cohort_months.retained_customer_count, 0) as retained_customer_count,
        coalesce(cohort_months.retained_mrr, 0) as retained_mrr,
        months.is_partial_month
    from cohorts
    inner join months
        on cohorts.cohort_month <= months.mrr_month
    left join cohort_months
        on
            cohorts.cohort_month = cohort_months.cohort_month
            and months.mrr_month = cohort_months.mrr_month
            and cohorts.segment_type = cohort_months.segment_type
            and cohorts.segment_value = cohort_months.segment_value
),

final as (
    select
        cohort_month,
        cast(months_since as bigint) as months_since,
        cast(segment_type as {{ dbt.type_string() }}) as segment_type,
        cast(segment_value as {{ dbt.type_string() }}) as segment_value,
        mrr_month,
        cast(cohort_customer_count as bigint) as cohort_customer_count,
        cast(retained_customer_count as bigint) as retained_customer_count,
        {{ rate_with_interval(
            'cohort_retention_rate',
            cohort_retention_rate('retained_customer_count', 'cohort_customer_count'),
            ['retained_customer_count', 'cohort_customer_count'],
        ) }},
        cast(cohort_mrr as {{ type_money() }}) as cohort_mrr,
        cast(retained_mrr as {{ type_money() }}) as retained_mrr,
        {{ when_month_is_over(cohort_mrr_retention_rate('retained_mrr', 'cohort_mrr')) }}
            as cohort_mrr_retention_rate,
        is_partial_month
    from filled_months
)

select * from final
