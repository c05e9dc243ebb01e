-- A target holds from a first of month on.
with

metric_targets as (
    select * from {{ ref('metric_targets') }}
)

select
    metric,
    valid_from
from metric_targets
where extract(day from valid_from) <> 1
