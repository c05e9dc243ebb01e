with

day_events as (
    select * from {{ ref('int_account_day_events') }}
),

final as (
    select
        account_id,
        {{ month_of('occurred_date') }} as usage_month,
        event_name,
        sum(event_count) as event_count,
        sum(active_microseconds) as active_microseconds,
        min(case when event_count > 0 then occurred_date end) as first_event_date
    from day_events
    group by
        account_id,
        {{ month_of('occurred_date') }},
        event_name
)

select * from final
