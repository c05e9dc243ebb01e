-- What did we report for a month when it was over, what now, and what changed it: one row per
-- change since the first report of the finished month, oldest first. Values that still stand have
-- no row.
with

history as (
    select * from {{ ref('fct_metric_history') }}
    where not is_partial_month
),

register as (
    select * from {{ ref('metric_catalogue') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by metric, metric_month
            order by reported_at
        ) as report_number,
        row_number() over (
            partition by metric, metric_month
            order by reported_at desc
        ) as report_number_from_last
    from history
),

then_and_now as (
    select
        metric,
        metric_month,
        max(case when report_number = 1 then reported_at end) as first_reported_at,
        max(case when report_number = 1 then reported_value end) as first_reported_value,
        max(case when report_number_from_last = 1 then reported_value end) as latest_value
    from numbered
    group by metric, metric_month
),

final as (
    select
        numbered.metric_month,
        numbered.metric,
        register.label,
        then_and_now.first_reported_at,
        then_and_now.first_reported_value,
        then_and_now.latest_value,
        numbered.reported_at,
        numbered.as_of_date,
        numbered.earlier_value,
        numbered.reported_value,
        numbered.change_reason,
        numbered.change_detail
    from numbered
    inner join then_and_now
        on
            numbered.metric = then_and_now.metric
            and numbered.metric_month = then_and_now.metric_month
    inner join register
        on numbered.metric = register.metric
    where
        numbered.report_number > 1
        and numbered.change_reason != 'unchanged'
)

select * from final
order by metric_month, metric, reported_at
