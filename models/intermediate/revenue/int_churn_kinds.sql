with

movements as (
    select * from {{ ref('int_account_movements') }}
),

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

churns as (
    select
        account_id,
        movement_date
    from movements
    where movement = 'churn'
),

largest_losses as (
    select
        churns.account_id,
        churns.movement_date,
        shares.status,
        shares.previous_status,
        subscriptions.canceled_date,
        shares.subscription_id,
        shares.previous_plan_id,
        subscriptions.cancel_reason as given_reason,
        subscriptions.cancel_comment,
        lower(subscriptions.cancel_reason) as cancel_reason,
        row_number() over (
            partition by churns.account_id, churns.movement_date
            order by shares.change_amount, shares.subscription_id
        ) as place
    from churns
    inner join shares
        on
            churns.account_id = shares.account_id
            and churns.movement_date = shares.change_date
            and not shares.is_fx
    inner join subscriptions
        on shares.subscription_id = subscriptions.subscription_id
),

still_on_free_plan as (
    select distinct
        churns.account_id,
        churns.movement_date
    from churns
    inner join subscription_mrr
        on
            churns.account_id = subscription_mrr.account_id
            and subscription_mrr.status = 'active'
            and subscription_mrr.is_free
            and churns.movement_date >= subscription_mrr.valid_from
            and (
                subscription_mrr.valid_to is null
                or churns.movement_date < subscription_mrr.valid_to
            )
),

final as (
    select
        largest_losses.account_id,
        largest_losses.movement_date,
        {{ churn_kind('largest_losses', 'still_on_free_plan.account_id is not null') }}
            as churn_kind,
        largest_losses.subscription_id,
        largest_losses.previous_plan_id as plan_id,
        largest_losses.given_reason as cancel_reason,
        largest_losses.cancel_comment
    from largest_losses
    left join still_on_free_plan
        on
            largest_losses.account_id = still_on_free_plan.account_id
            and largest_losses.movement_date = still_on_free_plan.movement_date
    where largest_losses.place = 1
)

select * from final
