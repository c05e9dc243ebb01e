with

goal_events as (
    select * from {{ ref('stg_goal_events') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

-- a visitor that turns out to be ours was ours when it had not yet signed in
internal_visitors as (
    select distinct goal_events.visitor_id
    from goal_events
    inner join accounts
        on
            goal_events.account_id = accounts.account_id
            and accounts.is_internal
),

-- D-86: each event belongs to the latest exposure up to it
numbered_events as (
    select
        goal_events.visitor_id,
        goal_events.goal,
        goal_events.step,
        goal_events.occurred_date,
        coalesce(goal_events.channel, 'unknown') as channel,
        sum(case when goal_events.step = 'exposed' then 1 else 0 end) over (
            partition by goal_events.visitor_id, goal_events.goal
            order by
                goal_events.occurred_at,
                case when goal_events.step = 'exposed' then 0 else 1 end,
                {{ by_bytes('goal_events.event_id') }}
            rows between unbounded preceding and current row
        ) as exposure_number
    from goal_events
    left join internal_visitors
        on goal_events.visitor_id = internal_visitors.visitor_id
    where internal_visitors.visitor_id is null
),

-- a completion that nothing was shown before is nobody's
exposures as (
    select
        visitor_id,
        goal,
        exposure_number,
        min(case when step = 'exposed' then occurred_date end) as exposed_date,
        min(case when step = 'exposed' then channel end) as channel,
        max(case when step = 'completed' then 1 else 0 end) as has_completion
    from numbered_events
    where exposure_number > 0
    group by
        visitor_id,
        goal,
        exposure_number
),

final as (
    select
        visitor_id,
        goal,
        exposure_number,
        exposed_date,
        {{ month_of('exposed_date') }} as exposure_month,
        channel,
        has_completion = 1 as is_completed
    from exposures
)

select * from final
