-- depends_on: {{ ref('int_build_clearance') }}
with

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

final as (
    select
        shares.subscription_id,
        shares.account_id,
        shares.change_date,
        {{ month_of('shares.change_date') }} as change_month,
        case
            when shares.driver = 'subscription_removed' then 'cancellation'
            when shares.driver = 'discount' then 'discount'
            else 'signed_state'
        end as change_type,
        shares.driver,
        shares.previous_plan_id,
        shares.plan_id,
        subscriptions.canceled_date,
        shares.mrr_before,
        shares.change_amount,
        shares.mrr_after,
        shares.driver = 'subscription_removed' as is_scheduled_churn
    from shares
    inner join subscriptions
        on shares.subscription_id = subscriptions.subscription_id
    where shares.change_date > {{ as_of_date() }}
)

select * from final
