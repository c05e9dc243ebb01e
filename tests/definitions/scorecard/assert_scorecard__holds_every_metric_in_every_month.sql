-- Changes and trends count rows as months: each metric has one row for each month, none is lost for
-- want of a row in the register.
with

metric_values as (
    select * from {{ ref('int_metric_values') }}
),

scorecard as (
    select * from {{ ref('fct_scorecard') }}
),

months as (
    select count(*) as month_count
    from {{ ref('int_reporting_months') }}
),

metrics as (
    select distinct metric
    from metric_values
),

counts as (
    select
        metrics.metric,
        count(scorecard.metric) as row_count
    from metrics
    left join scorecard
        on metrics.metric = scorecard.metric
    group by metrics.metric
)

select
    counts.metric,
    counts.row_count,
    months.month_count
from counts
cross join months
where counts.row_count != months.month_count
