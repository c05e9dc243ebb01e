-- What rejected_rows lists is what raw_row_accounting counts, rule by rule.
with

listed as (
    select
        source_table,
        first_rule as rule,
        count(*) as row_count
    from {{ ref('rejected_rows') }}
    group by source_table, first_rule
),

counted as (
    select
        source_table,
        rule,
        row_count
    from {{ ref('raw_row_accounting') }}
    where outcome = 'rejected'
)

select
    coalesce(listed.source_table, counted.source_table) as source_table,
    coalesce(listed.rule, counted.rule) as rule,
    listed.row_count as listed_count,
    counted.row_count as counted_count
from listed
full outer join counted
    on
        listed.source_table = counted.source_table
        and listed.rule = counted.rule
where coalesce(listed.row_count, 0) <> coalesce(counted.row_count, 0)
