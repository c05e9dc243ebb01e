{%- set segment = 'attributes.' ~ health_segment_attribute() -%}

with

snapshots as (
    select * from {{ ref('int_health_snapshots') }}
),

numbers as (
    {{ dbt.generate_series(var('health_window_days') | int) }}
),

action_days as (
    select * from {{ ref('int_account_action_days') }}
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- each day of each window, so that usage is joined on equal days and not compared with every window
window_days as (
    select
        snapshots.snapshot_date,
        cast(
            {{ dbt.dateadd(
                'day', '1 - cast(numbers.generated_number as int)', 'snapshots.snapshot_date'
            ) }} as date
        ) as date_day
    from snapshots
    cross join numbers
),

window_actions as (
    select
        action_days.account_id,
        window_days.snapshot_date,
        action_days.event_name,
        sum(action_days.action_count) as action_count
    from action_days
    inner join window_days
        on action_days.occurred_date = window_days.date_day
    group by
        action_days.account_id,
        window_days.snapshot_date,
        action_days.event_name
),

-- D-90: a segment's own weight wins over the one for all
weighted_actions as (
    select
        window_actions.account_id,
        window_actions.snapshot_date,
        window_actions.action_count,
        coalesce(own_weights.impact_score, common_weights.impact_score) as impact_score
    from window_actions
    inner join attributes
        on window_actions.account_id = attributes.account_id
    left join weights as own_weights
        on
            window_actions.snapshot_date = own_weights.snapshot_date
            and window_actions.event_name = own_weights.event_name
            and {{ segment }} = own_weights.segment
    left join weights as common_weights
        on
            window_actions.snapshot_date = common_weights.snapshot_date
            and window_actions.event_name = common_weights.event_name
            and common_weights.segment = 'all'
),

final as (
    select
        account_id,
        snapshot_date,
        sum(action_count) as weighted_action_count,
        {{ health_score('impact_score', 'action_count') }} as health_score
    from weighted_actions
    where impact_score is not null
    group by
        account_id,
        snapshot_date
)

select * from final
