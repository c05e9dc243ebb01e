with

judged_changes as (
    select * from {{ ref('base_subscription_changes__judged') }}
),

judged_subscriptions as (
    select * from {{ ref('base_subscriptions__judged') }}
),

judged_accounts as (
    select * from {{ ref('base_accounts__judged') }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

currency_rates as (
    select * from {{ ref('int_currency_rates') }}
    where
        valid_from <= {{ as_of_date() }}
        and (valid_to is null or valid_to > {{ as_of_date() }})
),

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
    where
        valid_from <= {{ as_of_date() }}
        and (valid_to is null or valid_to > {{ as_of_date() }})
),

-- a row that lost to its duplicate leaves no doubt: the other one stands
seen_changes as (
    select
        *,
        row_number() over (
            partition by subscription_id
            -- a state whose time does not read may be the latest
            order by effective_at desc nulls first, change_id asc
        ) as place_from_last
    from judged_changes
    where
        subscription_id is not null
        and (
            row_status = 'staged'
            or (
                row_status = 'rejected'
                and first_rule not in ('duplicate_key', 'two_states_at_one_instant')
            )
        )
),

subscription_owners as (
    select
        judged_subscriptions.subscription_id,
        max(judged_subscriptions.account_id) as account_id,
        max(judged_subscriptions.ended_date) as ended_date,
        max(case when judged_accounts.is_internal then 1 else 0 end) as internal
    from judged_subscriptions
    left join judged_accounts
        on judged_subscriptions.account_id = judged_accounts.account_id
    group by judged_subscriptions.subscription_id
),

doubtful_changes as (
    select
        seen_changes.subscription_id,
        subscription_owners.account_id,
        seen_changes.change_id,
        seen_changes.first_rule,
        coalesce(subscription_mrr.mrr, 0) as resting_mrr,
        coalesce(seen_changes.status, 'active') not in (
            'trialing', 'unpaid', 'paused', 'incomplete', 'canceled'
        )
        and not coalesce(plans.is_free, false) as is_earning,
        {{ amount_per_interval(
            'seen_changes.quantity',
            'seen_changes.unit_amount',
            'coalesce(seen_changes.discount_percent, 0)',
            'coalesce(seen_changes.discount_amount, 0)',
        ) }} as amount_per_interval,
        -- D-18: an unknown plan is taken as monthly: rather too much doubt than too little
        coalesce(plans.billing_interval, 'month') as billing_interval,
        coalesce(plans.interval_count, 1) as interval_count,
        coalesce(currency_rates.rate, 1) as rate
    from seen_changes
    left join subscription_owners
        on seen_changes.subscription_id = subscription_owners.subscription_id
    left join plans
        on seen_changes.plan_id = plans.plan_id
    left join currency_rates
        on seen_changes.currency = currency_rates.currency
    left join subscription_mrr
        on seen_changes.subscription_id = subscription_mrr.subscription_id
    where
        seen_changes.place_from_last = 1
        and seen_changes.row_status = 'rejected'
        and coalesce(subscription_owners.internal, 0) = 0
        and (
            subscription_owners.ended_date is null
            or subscription_owners.ended_date > {{ as_of_date() }}
        )
),

valued_changes as (
    select
        subscription_id,
        account_id,
        change_id,
        first_rule,
        resting_mrr,
        case
            when is_earning
                then {{ monthly_amount({
                    'amount_per_interval': 'amount_per_interval',
                    'billing_interval': 'billing_interval',
                    'interval_count': 'interval_count',
                    'rate': 'rate',
                }) }}
            else 0
        end as withheld_mrr
    from doubtful_changes
),

final as (
    select
        subscription_id,
        account_id,
        change_id,
        first_rule,
        cast(resting_mrr as {{ type_money() }}) as resting_mrr,
        cast(withheld_mrr as {{ type_money() }}) as withheld_mrr,
        cast(
            case when withheld_mrr > resting_mrr then withheld_mrr else resting_mrr end
            as {{ type_money() }}
        ) as mrr_at_doubt
    from valued_changes
)

select * from final
