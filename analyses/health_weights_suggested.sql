-- Which actions foretell that a customer stays or leaves? For each event, over the month ends of
-- the backtest: how often those who did it in the window were lost in the days after, against all
-- customers. A lift below 1 speaks for a positive weight, above 1 for a negative one. A suggestion
-- to talk about, not a model: actions go together, and few customers prove little.
with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
),

snapshots as (
    select * from {{ ref('int_health_snapshots') }}
),

action_days as (
    select * from {{ ref('int_account_action_days') }}
),

weights as (
    select
        event_name,
        impact_score
    from {{ ref('int_health_weights') }}
    where
        segment = 'all'
        and snapshot_date = {{ as_of_date() }}
),

overall as (
    select
        count(*) as account_count,
        sum(churned_count) as churned_count
    from outcomes
),

done as (
    select
        outcomes.account_id,
        outcomes.snapshot_date,
        outcomes.churned_count,
        action_days.event_name,
        sum(action_days.action_count) as action_count
    from outcomes
    inner join snapshots
        on outcomes.snapshot_date = snapshots.snapshot_date
    inner join action_days
        on
            outcomes.account_id = action_days.account_id
            and snapshots.window_start_date <= action_days.occurred_date
            and outcomes.snapshot_date >= action_days.occurred_date
    group by
        outcomes.account_id,
        outcomes.snapshot_date,
        outcomes.churned_count,
        action_days.event_name
),

events as (
    select
        done.event_name,
        count(*) as account_count,
        sum(done.churned_count) as churned_count,
        {{ rate('sum(done.action_count)', 'count(*)') }} as actions_per_account
    from done
    group by done.event_name
),

final as (
    select
        events.event_name,
        events.account_count,
        events.churned_count,
        events.actions_per_account,
        {{ health_churn_rate('events.churned_count', 'events.account_count') }} as churn_rate,
        {{ wilson_low('events.churned_count', 'events.account_count') }} as churn_rate_ci_low,
        {{ wilson_high('events.churned_count', 'events.account_count') }} as churn_rate_ci_high,
        {{ health_churn_rate('overall.churned_count', 'overall.account_count') }}
            as churn_rate_of_all,
        {{ health_churn_lift(
            health_churn_rate('events.churned_count', 'events.account_count'),
            health_churn_rate('overall.churned_count', 'overall.account_count'),
        ) }} as churn_lift,
        weights.impact_score as weight_now
    from events
    cross join overall
    left join weights
        on events.event_name = weights.event_name
)

select
    *,
    -- only where chance alone does not explain it
    case
        when churn_rate_ci_high < churn_rate_of_all then 'raise'
        when churn_rate_ci_low > churn_rate_of_all then 'lower'
        else 'too few to say'
    end as suggestion
from final
order by churn_lift
