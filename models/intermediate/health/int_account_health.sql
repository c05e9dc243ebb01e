with

snapshots as (
    select * from {{ ref('int_health_snapshots') }}
),

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

scores as (
    select * from {{ ref('int_health_scores') }}
),

bands as (
    select * from {{ ref('health_bands') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- in use on the day: paid, free or on trial
live_accounts as (
    select
        subscription_mrr.account_id,
        snapshots.snapshot_date,
        snapshots.snapshot_month,
        snapshots.is_month_end,
        snapshots.is_latest,
        snapshots.is_window_complete,
        sum(subscription_mrr.mrr) as mrr
    from subscription_mrr
    inner join snapshots
        on
            subscription_mrr.valid_from <= snapshots.snapshot_date
            and (
                subscription_mrr.valid_to is null
                or subscription_mrr.valid_to > snapshots.snapshot_date
            )
    where {{ is_live('subscription_mrr.is_earning', 'subscription_mrr.status') }}
    group by
        subscription_mrr.account_id,
        snapshots.snapshot_date,
        snapshots.snapshot_month,
        snapshots.is_month_end,
        snapshots.is_latest,
        snapshots.is_window_complete
),

-- who did nothing that counts has a score of 0
scored_accounts as (
    select
        live_accounts.*,
        coalesce(scores.weighted_action_count, 0) as weighted_action_count,
        cast(coalesce(scores.health_score, 0) as decimal(18, 4)) as health_score
    from live_accounts
    left join scores
        on
            live_accounts.account_id = scores.account_id
            and live_accounts.snapshot_date = scores.snapshot_date
),

final as (
    select
        scored_accounts.account_id,
        scored_accounts.snapshot_date,
        scored_accounts.snapshot_month,
        scored_accounts.is_month_end,
        scored_accounts.is_latest,
        scored_accounts.is_window_complete,
        attributes.{{ health_segment_attribute() }} as health_segment,
        scored_accounts.mrr > 0 as is_customer,
        scored_accounts.mrr,
        scored_accounts.weighted_action_count,
        scored_accounts.health_score,
        bands.band as health_band
    from scored_accounts
    inner join attributes
        on scored_accounts.account_id = attributes.account_id
    left join bands
        on {{ is_in_health_band('scored_accounts.health_score', 'bands') }}
)

select * from final
