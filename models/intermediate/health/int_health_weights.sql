with

snapshots as (
    select * from {{ ref('int_health_snapshots') }}
),

weights as (
    select * from {{ ref('health_action_weights') }}
),

-- D-90: the newest on the snapshot day, for the whole window
valid_weights as (
    select
        snapshots.snapshot_date,
        weights.event_name,
        weights.segment,
        weights.impact_score,
        row_number() over (
            partition by snapshots.snapshot_date, weights.event_name, weights.segment
            order by weights.valid_from desc
        ) as place_from_newest
    from snapshots
    inner join weights
        on snapshots.snapshot_date >= weights.valid_from
),

final as (
    select
        snapshot_date,
        event_name,
        segment,
        impact_score
    from valid_weights
    where place_from_newest = 1
)

select * from final
