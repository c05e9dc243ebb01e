-- One row per month: what this company's board asks for, from the package's public marts.
with

mrr as (
    select * from {{ ref('customer_success_metrics', 'fct_mrr_monthly') }}
    where segment_type = 'total'
),

retention as (
    select * from {{ ref('customer_success_metrics', 'fct_retention_monthly') }}
    where segment_type = 'total'
),

scorecard as (
    select * from {{ ref('customer_success_metrics', 'fct_scorecard') }}
    where metric = 'mrr'
),

final as (
    select
        mrr.mrr_month,
        mrr.mrr,
        retention.net_revenue_retention_rate,
        scorecard.target as mrr_target
    from mrr
    inner join retention
        on mrr.mrr_month = retention.mrr_month
    left join scorecard
        on mrr.mrr_month = scorecard.metric_month
)

select * from final
