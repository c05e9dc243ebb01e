with

goal_events as (
    select * from {{ ref('base_goal_events__judged') }}
),

final as (
    select
        event_id,
        visitor_id,
        account_id,
        goal,
        step,
        occurred_at,
        occurred_date,
        channel,
        loaded_at
    from goal_events
    where row_status = 'staged'
)

select * from final
