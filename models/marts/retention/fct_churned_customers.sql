-- depends_on: {{ ref('int_build_clearance') }}
with

account_months as (
    select * from {{ ref('fct_account_months') }}
    where closing_mrr = 0
),

month_changes as (
    select * from {{ ref('int_account_month_changes') }}
),

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

churn_kinds as (
    select * from {{ ref('int_churn_kinds') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

plans as (
    select * from {{ ref('dim_plans') }}
),

signs as (
    select * from {{ ref('int_signs_before_churn') }}
),

churn_months as (
    select
        account_months.account_id,
        account_months.mrr_month,
        month_changes.last_churn_date as churn_date,
        account_months.first_mrr_date,
        account_months.opening_mrr,
        account_months.opening_mrr = 0 as is_intra_month,
        account_months.is_partial_month
    from account_months
    inner join month_changes
        on
            account_months.account_id = month_changes.account_id
            and account_months.mrr_month = month_changes.mrr_month
),

returns as (
    select
        churn_months.account_id,
        churn_months.mrr_month,
        min(movements.movement_date) as returned_date
    from churn_months
    inner join movements
        on
            churn_months.account_id = movements.account_id
            and churn_months.churn_date < movements.movement_date
            and movements.movement = 'reactivation'
    group by
        churn_months.account_id,
        churn_months.mrr_month
),

final as (
    select
        churn_months.account_id,
        churn_months.mrr_month as churn_month,
        churn_months.churn_date,
        churn_kinds.churn_kind,
        churn_kinds.cancel_reason,
        {{ free_text('churn_kinds.cancel_comment') }} as cancel_comment,
        churn_months.is_intra_month,
        -- who was won and lost inside the month had no MRR at opening: what it had on the day
        cast(
            case
                when churn_months.is_intra_month then movements.opening_mrr
                else churn_months.opening_mrr
            end as {{ type_money() }}
        ) as lost_mrr,
        churn_months.first_mrr_date,
        cast(
            {{ dbt.datediff('churn_months.first_mrr_date', 'churn_months.churn_date', 'day') }}
            as bigint
        ) as tenure_days,
        churn_kinds.subscription_id,
        churn_kinds.plan_id,
        plans.plan_tier,
        accounts.csm_owner,
        cast(signs.last_health_band as {{ dbt.type_string() }}) as last_health_band,
        signs.last_health_date,
        cast(signs.last_nps_answer as decimal(7, 4)) as last_nps_answer,
        signs.last_nps_date,
        {{ month_of('returns.returned_date') }} as returned_month,
        churn_months.is_partial_month
    from churn_months
    inner join churn_kinds
        on
            churn_months.account_id = churn_kinds.account_id
            and churn_months.churn_date = churn_kinds.movement_date
    inner join movements
        on
            churn_months.account_id = movements.account_id
            and churn_months.churn_date = movements.movement_date
            and movements.movement = 'churn'
    inner join accounts
        on churn_months.account_id = accounts.account_id
    left join plans
        on churn_kinds.plan_id = plans.plan_id
    left join signs
        on
            churn_months.account_id = signs.account_id
            and churn_months.churn_date = signs.churn_date
    left join returns
        on
            churn_months.account_id = returns.account_id
            and churn_months.mrr_month = returns.mrr_month
)

select * from final
