-- sqlfluff:dialect:postgres
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
    where not is_partial_month
),

starts as (
    select
        account_id,
        min(mrr_month) as start_month
    from account_months
    where closing_mrr > 0
    group by account_id
),

-- the first unbroken run: who comes back is no new subject
ends as (
    select
        starts.account_id,
        min(account_months.mrr_month) as end_month
    from starts
    inner join account_months
        on
            starts.account_id = account_months.account_id
            and starts.start_month < account_months.mrr_month
            and account_months.closing_mrr = 0
    group by starts.account_id
),

subjects as (
    select
        starts.start_month,
        ends.end_month,
        account_months.closing_plan_tier as plan_tier,
        {{ attribute_columns('attributes') }}
    from starts
    inner join account_months
        on
            starts.account_id = account_months.account_id
            and starts.start_month = account_months.mrr_month
    inner join attributes
        on starts.account_id = attributes.account_id
    left join ends
        on starts.account_id = ends.account_id
),

subject_counts as (
    select
        start_month,
        end_month,
        {{ segment_columns() }},
        count(*) as subject_count
    from subjects
    {{ group_by_segments(['start_month', 'end_month']) }}
),

-- seen at every month's end from the first with MRR to the first without
seen_subjects as (
    select
        months.mrr_month,
        subject_counts.segment_type,
        subject_counts.segment_value,
        subject_counts.subject_count,
        {{ months_between('subject_counts.start_month', 'months.mrr_month') }} as tenure_months,
        coalesce(subject_counts.end_month = months.mrr_month, false) as is_lost
    from subject_counts
    inner join months
        on
            subject_counts.start_month <= months.mrr_month
            and (
                subject_counts.end_month is null
                or subject_counts.end_month >= months.mrr_month
            )
),

final as (
    select
        mrr_month,
        tenure_months,
        segment_type,
        segment_value,
        sum(subject_count) as at_risk_count,
        sum(case when is_lost then subject_count else 0 end) as lost_count
    from seen_subjects
    group by
        mrr_month,
        tenure_months,
        segment_type,
        segment_value
)

select * from final
