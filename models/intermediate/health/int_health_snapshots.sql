{%- set window_start = 'cast(' ~ dbt.dateadd(
    'day', 1 - (var('health_window_days') | int), 'dated_months.snapshot_date'
) ~ ' as date)' -%}

with

months as (
    select * from {{ ref('int_reporting_months') }}
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

usage_pairs as (
    select * from {{ ref('int_usage_pairs') }}
),

first_usage as (
    select min(user_days.occurred_date) as first_usage_date
    from user_days
    inner join usage_pairs
        on
            user_days.user_id = usage_pairs.user_id
            and user_days.account_id = usage_pairs.event_account_id
),

-- a month that is not over is looked at as of the as-of date
dated_months as (
    select
        mrr_month as snapshot_month,
        next_month,
        case
            when is_partial_month then {{ as_of_date() }}
            else cast({{ dbt.dateadd('day', -1, 'next_month') }} as date)
        end as snapshot_date,
        not is_partial_month as is_month_end
    from months
),

final as (
    select
        dated_months.snapshot_date,
        dated_months.snapshot_month,
        {{ window_start }} as window_start_date,
        dated_months.is_month_end,
        dated_months.snapshot_date = {{ as_of_date() }} as is_latest,
        first_usage.first_usage_date <= {{ window_start }} as is_window_complete
    from dated_months
    inner join first_usage
        on dated_months.next_month > first_usage.first_usage_date
)

select * from final
