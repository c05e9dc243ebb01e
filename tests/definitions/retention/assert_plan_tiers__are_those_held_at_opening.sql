-- Recomputed from the periods with MRR: of the tiers that an account holds on the last day before a
-- month the one with the most MRR; where it holds none, of those on the month's last day so far.
with

periods as (
    select * from {{ ref('int_subscription_mrr') }}
    where mrr > 0
),

plans as (
    select * from {{ ref('stg_plans') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

days as (
    select
        account_id,
        mrr_month,
        'opening' as day_kind,
        cast({{ dbt.dateadd('day', -1, 'mrr_month') }} as date) as held_on
    from account_months

    union all

    select
        account_id,
        mrr_month,
        'closing' as day_kind,
        case
            when is_partial_month then {{ as_of_date() }}
            else {{ dbt.last_day('mrr_month', 'month') }}
        end as held_on
    from account_months
),

tiers as (
    select
        days.account_id,
        days.mrr_month,
        days.day_kind,
        coalesce(plans.plan_tier, 'unknown') as plan_tier,
        sum(periods.mrr) as tier_mrr
    from days
    inner join periods
        on
            days.account_id = periods.account_id
            and days.held_on >= periods.valid_from
            and (periods.valid_to is null or days.held_on < periods.valid_to)
    inner join plans
        on periods.plan_id = plans.plan_id
    group by
        days.account_id,
        days.mrr_month,
        days.day_kind,
        coalesce(plans.plan_tier, 'unknown')
),

largest_tiers as (
    select
        account_id,
        mrr_month,
        day_kind,
        max(tier_mrr) as tier_mrr
    from tiers
    group by
        account_id,
        mrr_month,
        day_kind
),

-- several tiers may tie: the mart's must be among them
held_tiers as (
    select
        tiers.account_id,
        tiers.mrr_month,
        tiers.day_kind,
        tiers.plan_tier
    from tiers
    inner join largest_tiers
        on
            tiers.account_id = largest_tiers.account_id
            and tiers.mrr_month = largest_tiers.mrr_month
            and tiers.day_kind = largest_tiers.day_kind
            and tiers.tier_mrr = largest_tiers.tier_mrr
),

expected_months as (
    select
        account_months.account_id,
        account_months.mrr_month,
        account_months.plan_tier,
        account_months.closing_plan_tier,
        max(case when held_tiers.day_kind = 'opening' then 1 else 0 end) as has_opening_tier,
        max(case when held_tiers.day_kind = 'closing' then 1 else 0 end) as has_closing_tier,
        max(
            case
                when
                    held_tiers.day_kind = 'opening'
                    and held_tiers.plan_tier = account_months.plan_tier
                    then 1
                else 0
            end
        ) as is_opening_tier,
        max(
            case
                when
                    held_tiers.day_kind = 'closing'
                    and held_tiers.plan_tier = account_months.plan_tier
                    then 1
                else 0
            end
        ) as is_closing_tier,
        max(
            case
                when
                    held_tiers.day_kind = 'closing'
                    and held_tiers.plan_tier = account_months.closing_plan_tier
                    then 1
                else 0
            end
        ) as closes_with_tier
    from account_months
    left join held_tiers
        on
            account_months.account_id = held_tiers.account_id
            and account_months.mrr_month = held_tiers.mrr_month
    group by
        account_months.account_id,
        account_months.mrr_month,
        account_months.plan_tier,
        account_months.closing_plan_tier
)

select *
from expected_months
where
    (has_opening_tier = 1 and is_opening_tier = 0)
    or (has_opening_tier = 0 and has_closing_tier = 1 and is_closing_tier = 0)
    or (has_opening_tier = 0 and has_closing_tier = 0 and plan_tier != 'unknown')
    or (has_closing_tier = 1 and closes_with_tier = 0)
    or (has_closing_tier = 0 and closing_plan_tier != 'unknown')
