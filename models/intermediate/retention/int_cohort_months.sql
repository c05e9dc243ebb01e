-- sqlfluff:dialect:postgres
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

closings as (
    select
        account_id,
        mrr_month,
        {{ month_of('first_mrr_date') }} as cohort_month,
        plan_tier,
        closing_mrr,
        sum(fx_amount) over (
            partition by account_id
            order by mrr_month
            rows between unbounded preceding and current row
        ) as fx_to_date
    from account_months
),

-- a member belongs to the tier that it held in its first month
members as (
    select
        closings.account_id,
        closings.cohort_month,
        closings.plan_tier,
        {{ attribute_columns('attributes') }},
        closings.closing_mrr as cohort_mrr,
        closings.fx_to_date
    from closings
    inner join attributes
        on closings.account_id = attributes.account_id
    where closings.mrr_month = closings.cohort_month
),

member_months as (
    select
        members.cohort_month,
        closings.mrr_month,
        members.plan_tier,
        {{ attribute_columns('members') }},
        members.cohort_mrr,
        closings.closing_mrr,
        closings.closing_mrr - {{ net_month_fx_amount(
            'closings.closing_mrr', 'closings.fx_to_date - members.fx_to_date'
        ) }} as closing_mrr_without_fx
    from members
    inner join closings
        on members.account_id = closings.account_id
),

final as (
    select
        cohort_month,
        mrr_month,
        {{ segment_columns() }},
        sum(case when cohort_month = mrr_month then 1 else 0 end) as cohort_customer_count,
        sum(case when cohort_month = mrr_month then cohort_mrr else 0 end) as cohort_mrr,
        sum(case when closing_mrr > 0 then 1 else 0 end) as retained_customer_count,
        sum(closing_mrr_without_fx) as retained_mrr
    from member_months
    {{ group_by_segments(['cohort_month', 'mrr_month']) }}
)

select * from final
