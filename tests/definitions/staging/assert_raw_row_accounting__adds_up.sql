-- Every raw row is staged, rejected or not yet seen, exactly once. Usage alone can differ after an
-- increment: events that came later than late_event_days allows are read by a full refresh.
with

outcomes as (
    select
        source_table,
        sum(case when outcome = 'raw' then row_count else 0 end) as raw_count,
        sum(case when outcome = 'staged' then row_count else 0 end) as staged_count,
        sum(case when outcome = 'rejected' then row_count else 0 end) as rejected_count,
        sum(case when outcome = 'not_yet_seen' then row_count else 0 end) as not_yet_seen_count
    from {{ ref('raw_row_accounting') }}
    group by source_table
)

select
    source_table,
    raw_count,
    staged_count,
    rejected_count,
    not_yet_seen_count,
    case when source_table = 'usage_events' then 'build with --full-refresh' else '' end as remedy
from outcomes
where raw_count <> staged_count + rejected_count + not_yet_seen_count
