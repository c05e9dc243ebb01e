-- Of the terms due some are renewed, some cut short, some still open, and none is both of the first
-- two. The billing intervals add up to all, which counts every term once and holds the headline.
{%- set columns = [
    'due_term_count', 'renewed_term_count', 'cut_short_term_count', 'open_term_count',
    'due_mrr', 'renewed_mrr',
] %}
with

renewal_months as (
    select * from {{ ref('fct_renewals_monthly') }}
),

terms as (
    select * from {{ ref('int_renewals') }}
),

interval_sums as (
    select
        due_month,
        segment_type,
        segment_value,
        {%- for column in columns %}
        sum(case when billing_interval = 'all' then {{ column }} else 0 end) as {{ column }},
        sum(
            case
                when billing_interval in ('all', 'twelve_months_and_more') then 0
                else {{ column }}
            end
        ) as intervals_{{ column }},
        sum(case when billing_interval = 'twelve_months_and_more' then {{ column }} else 0 end)
            as long_{{ column }},
        {%- endfor %}
        count(*) as interval_count
    from renewal_months
    group by
        due_month,
        segment_type,
        segment_value
),

term_sums as (
    select
        due_month,
        count(*) as term_count,
        sum(case when is_renewed then 1 else 0 end) as renewed_term_count,
        sum(case when is_long_term then 1 else 0 end) as long_term_count
    from terms
    group by due_month
)

select
    interval_sums.due_month,
    interval_sums.segment_type,
    interval_sums.segment_value,
    'intervals' as problem
from interval_sums
where
    interval_count < 2
    {%- for column in columns %}
    or {{ column }} != intervals_{{ column }}
    or {{ column }} < long_{{ column }}
    {%- endfor %}

union all

select
    due_month,
    segment_type,
    segment_value,
    'parts of ' || billing_interval as problem
from renewal_months
where
    renewed_term_count + cut_short_term_count > due_term_count
    or renewed_term_count + open_term_count > due_term_count
    or is_matured != (open_term_count = 0)
    or (due_term_count = 0) != (due_mrr = 0)
    or (renewed_term_count = 0) != (renewed_mrr = 0)

union all

select
    coalesce(interval_sums.due_month, term_sums.due_month) as due_month,
    'total' as segment_type,
    'all' as segment_value,
    'terms' as problem
from term_sums
full outer join interval_sums
    on
        term_sums.due_month = interval_sums.due_month
        and interval_sums.segment_type = 'total'
where
    (interval_sums.segment_type = 'total' or interval_sums.segment_type is null)
    and (
        interval_sums.due_month is null
        or coalesce(term_sums.term_count, 0) != interval_sums.due_term_count
        or coalesce(term_sums.renewed_term_count, 0) != interval_sums.renewed_term_count
        or coalesce(term_sums.long_term_count, 0) != interval_sums.long_due_term_count
    )
