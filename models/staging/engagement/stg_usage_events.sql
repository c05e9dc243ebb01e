with

events as (
    select * from {{ ref('base_usage_events__judged') }}
),

orphans as (
    select
        user_id,
        account_id
    from {{ ref('base_usage_parents__judged') }}
    where first_rule = 'unknown_parent'
),

final as (
    select
        events.event_id,
        events.user_id,
        events.account_id,
        events.occurred_at,
        events.occurred_date,
        events.event_name,
        events.loaded_at
    from events
    left join orphans
        on
            events.user_id = orphans.user_id
            and events.account_id = orphans.account_id
    where
        events.row_status = 'staged'
        and orphans.user_id is null
)

select * from final
