-- Kept and lost make one: of customers, of MRR without (gross) and with expansion (net).
with

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

periods as (
    select * from {{ ref('fct_retention_by_period') }}
),

pairs as (
    select
        mrr_month,
        segment_type,
        segment_value,
        'customers' as pair,
        customer_retention_rate as kept_rate,
        customer_churn_rate as lost_rate
    from retention_months

    union all

    select
        mrr_month,
        segment_type,
        segment_value,
        'gross' as pair,
        gross_revenue_retention_rate as kept_rate,
        gross_mrr_churn_rate as lost_rate
    from retention_months

    union all

    select
        mrr_month,
        segment_type,
        segment_value,
        'net' as pair,
        net_revenue_retention_rate as kept_rate,
        net_mrr_churn_rate as lost_rate
    from retention_months

    union all

    select
        period_start_date as mrr_month,
        segment_type,
        segment_value,
        period_type as pair,
        customer_retention_rate as kept_rate,
        customer_churn_rate as lost_rate
    from periods
)

select *
from pairs
where
    abs(kept_rate + lost_rate - 1) > 0.000000001
    or (kept_rate is null) != (lost_rate is null)
