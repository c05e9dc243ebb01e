-- Every customer at a closing is left of one cohort: the cohorts of a month add up to its customers
-- and, under the constant fx policy, to its MRR. Plan tiers are those of the first month.
with

cohort_months as (
    select * from {{ ref('fct_cohort_retention') }}
    where segment_type != 'plan_tier'
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type != 'plan_tier'
),

cohort_sums as (
    select
        mrr_month,
        segment_type,
        segment_value,
        sum(retained_customer_count) as customer_count,
        sum(retained_mrr) as mrr
    from cohort_months
    group by
        mrr_month,
        segment_type,
        segment_value
)

select
    coalesce(mrr_months.mrr_month, cohort_sums.mrr_month) as mrr_month,
    coalesce(mrr_months.segment_type, cohort_sums.segment_type) as segment_type,
    coalesce(mrr_months.segment_value, cohort_sums.segment_value) as segment_value,
    mrr_months.customer_count,
    cohort_sums.customer_count as cohort_customer_count,
    mrr_months.mrr,
    cohort_sums.mrr as cohort_mrr
from mrr_months
full outer join cohort_sums
    on
        mrr_months.mrr_month = cohort_sums.mrr_month
        and mrr_months.segment_type = cohort_sums.segment_type
        and mrr_months.segment_value = cohort_sums.segment_value
where
    mrr_months.mrr_month is null
    or mrr_months.customer_count != coalesce(cohort_sums.customer_count, 0)
    {%- if fx_policy() == 'constant' %}
    or mrr_months.mrr != coalesce(cohort_sums.mrr, 0)
    {%- endif %}
