-- A report names the one that it is compared with, and within an as-of date only other values
-- follow.
with

history as (
    select * from {{ ref('fct_metric_history') }}
),

compared as (
    select
        history.metric,
        history.metric_month,
        history.as_of_date,
        history.reported_at,
        history.reported_value,
        history.earlier_value,
        history.change_reason,
        earlier.metric as earlier_metric,
        earlier.reported_value as stored_value,
        history.earlier_as_of_date = history.as_of_date as is_same_as_of_date
    from history
    left join history as earlier
        on
            history.metric = earlier.metric
            and history.metric_month = earlier.metric_month
            and history.earlier_as_of_date = earlier.as_of_date
            and history.earlier_reported_at = earlier.reported_at
)

select *
from compared
where
    (change_reason = 'first_report') != (earlier_metric is null)
    or {{ values_differ('earlier_value', 'stored_value') }}
    or (
        earlier_metric is not null
        and (change_reason = 'unchanged')
        = {{ values_differ('reported_value', 'earlier_value') }}
    )
    or (is_same_as_of_date and change_reason = 'unchanged')
