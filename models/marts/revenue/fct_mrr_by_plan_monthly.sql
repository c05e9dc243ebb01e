-- depends_on: {{ ref('int_build_clearance') }}
with

positions as (
    select * from {{ ref('int_plan_positions') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

-- an account comes to a plan with its first subscription there and leaves with its last
plan_changes as (
    select
        plan_id,
        mrr_month,
        sum(mrr_change) as mrr_change,
        sum(seat_change) as seat_change,
        sum(subscription_change) as subscription_change,
        sum(
            case when subscription_count > 0 then 1 else 0 end
            - case when subscription_count - subscription_change > 0 then 1 else 0 end
        ) as customer_change
    from positions
    group by
        plan_id,
        mrr_month
),

sold_plans as (
    select
        plan_id,
        min(mrr_month) as first_month
    from plan_changes
    group by plan_id
),

plan_months as (
    select
        sold_plans.plan_id,
        months.mrr_month,
        months.is_partial_month
    from sold_plans
    inner join months
        on sold_plans.first_month <= months.mrr_month
),

balances as (
    select
        plan_months.plan_id,
        plan_months.mrr_month,
        {%- for column in ['mrr', 'seat', 'subscription', 'customer'] %}
        sum(plan_changes.{{ column }}_change) over (
            partition by plan_months.plan_id
            order by plan_months.mrr_month
            rows between unbounded preceding and current row
        ) as {{ column }},
        {%- endfor %}
        plan_months.is_partial_month
    from plan_months
    left join plan_changes
        on
            plan_months.plan_id = plan_changes.plan_id
            and plan_months.mrr_month = plan_changes.mrr_month
),

final as (
    select
        mrr_month,
        plan_id,
        cast(mrr as {{ type_money() }}) as mrr,
        cast(customer as bigint) as customer_count,
        cast(subscription as bigint) as subscription_count,
        cast(seat as decimal(18, 4)) as seat_count,
        cast(
            row_number() over (partition by mrr_month order by mrr desc, plan_id asc) as bigint
        ) as mrr_rank,
        {{ plan_mrr_share('mrr', 'sum(mrr) over (partition by mrr_month)') }} as mrr_share_rate,
        cast(sum(mrr) over (partition by mrr_month) as {{ type_money() }}) as all_plans_mrr,
        is_partial_month
    from balances
)

select * from final
