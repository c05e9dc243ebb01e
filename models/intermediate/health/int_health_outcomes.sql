{%- set horizon = var('health_backtest_days') | int -%}
{#- a gap that may still be bridged is no churn yet -#}
{%- set known_after = horizon + (var('reactivation_grace_days') | int) -%}

with

account_health as (
    select * from {{ ref('int_account_health') }}
),

churns as (
    select
        account_id,
        movement_date
    from {{ ref('int_account_movements') }}
    where movement = 'churn'
),

-- D-92: month ends with whole windows whose days after are over
matured_customers as (
    select
        account_id,
        snapshot_date,
        health_score,
        health_band
    from account_health
    where
        is_customer
        and is_month_end
        and is_window_complete
        and cast({{ dbt.dateadd('day', known_after, 'snapshot_date') }} as date)
        <= {{ as_of_date() }}
),

later_churns as (
    select distinct
        matured_customers.account_id,
        matured_customers.snapshot_date
    from matured_customers
    inner join churns
        on
            matured_customers.account_id = churns.account_id
            and matured_customers.snapshot_date < churns.movement_date
            and cast({{ dbt.dateadd('day', horizon, 'matured_customers.snapshot_date') }} as date)
            >= churns.movement_date
),

outcomes as (
    select
        matured_customers.*,
        later_churns.account_id is not null as is_churned,
        case when later_churns.account_id is not null then 1 else 0 end as churned_count
    from matured_customers
    left join later_churns
        on
            matured_customers.account_id = later_churns.account_id
            and matured_customers.snapshot_date = later_churns.snapshot_date
),

ranked_outcomes as (
    select
        *,
        -- of those that fared otherwise, how many scored lower, twice, ties counting once
        {{ doubled_rank('health_score', 'snapshot_date') }}
        - {{ doubled_rank('health_score', 'snapshot_date, is_churned') }} as doubled_lower_count,
        count(*) over (partition by snapshot_date)
        - count(*) over (partition by snapshot_date, is_churned) as pair_count
    from outcomes
),

final as (
    select
        account_id,
        snapshot_date,
        health_score,
        health_band,
        is_churned,
        churned_count,
        pair_count,
        -- a pair is in order when the one who stayed scored higher
        case
            when is_churned then 2 * pair_count - doubled_lower_count
            else doubled_lower_count
        end as doubled_ordered_pair_count
    from ranked_outcomes
)

select * from final
