with

positions as (
    select * from {{ ref('int_plan_positions') }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

-- what an account holds of each plan at a month's end, until the plan's next change
plan_balances as (
    select
        account_id,
        plan_id,
        mrr_month,
        lead(mrr_month) over (
            partition by account_id, plan_id
            order by mrr_month
        ) as next_change_month,
        sum(mrr_change) over (
            partition by account_id, plan_id
            order by mrr_month
            rows between unbounded preceding and current row
        ) as plan_mrr
    from positions
),

change_months as (
    select distinct
        account_id,
        mrr_month
    from positions
),

held_tiers as (
    select
        change_months.account_id,
        change_months.mrr_month,
        coalesce(plans.plan_tier, 'unknown') as plan_tier,
        sum(plan_balances.plan_mrr) as tier_mrr,
        max(plans.tier_rank) as tier_rank,
        min(plan_balances.plan_id) as first_plan_id
    from change_months
    inner join plan_balances
        on
            change_months.account_id = plan_balances.account_id
            and change_months.mrr_month >= plan_balances.mrr_month
            and (
                plan_balances.next_change_month is null
                or change_months.mrr_month < plan_balances.next_change_month
            )
            and plan_balances.plan_mrr > 0
    inner join plans
        on plan_balances.plan_id = plans.plan_id
    group by
        change_months.account_id,
        change_months.mrr_month,
        coalesce(plans.plan_tier, 'unknown')
),

-- D-39: of several tiers the one with the largest MRR
ranked_tiers as (
    select
        *,
        row_number() over (
            partition by account_id, mrr_month
            order by
                tier_mrr desc,
                tier_rank desc nulls last,
                first_plan_id asc
        ) as place
    from held_tiers
),

-- the tier at the end of each month from this one to the next change; NULL where nothing is held
final as (
    select
        change_months.account_id,
        change_months.mrr_month as first_month,
        lead(change_months.mrr_month) over (
            partition by change_months.account_id
            order by change_months.mrr_month
        ) as next_change_month,
        ranked_tiers.plan_tier
    from change_months
    left join ranked_tiers
        on
            change_months.account_id = ranked_tiers.account_id
            and change_months.mrr_month = ranked_tiers.mrr_month
            and ranked_tiers.place = 1
)

select * from final
