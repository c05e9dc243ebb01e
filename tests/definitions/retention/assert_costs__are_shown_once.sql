-- No cost is lost on its way and none is spread: each staged one is there once, but for internal
-- accounts; each month shows them all; unallocated are just those that name nobody; windows of 12
-- and 3 months hold these months' costs.
with

staged_costs as (
    select * from {{ ref('stg_costs') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

costs as (
    select * from {{ ref('int_costs') }}
),

cost_months as (
    select * from {{ ref('fct_retention_cost_monthly') }}
),

unit_economics as (
    select * from {{ ref('fct_unit_economics_monthly') }}
),

month_sums as (
    select
        cost_month,
        sum(cost_amount) as cost_amount,
        sum(case when account_id is null then cost_amount else 0 end) as nobodys_amount,
        sum(case when account_id is null and channel is null then cost_amount else 0 end)
            as nowhere_amount
    from costs
    group by cost_month
),

windows as (
    select
        months.mrr_month,
        months.segment_type,
        months.segment_value,
        sum(earlier.retention_cost_amount) as retention_12m,
        sum(earlier.acquisition_cost_amount) as acquisition_12m,
        sum(
            case
                when
                    earlier.mrr_month
                    >= cast({{ dbt.dateadd('month', -2, 'months.mrr_month') }} as date)
                    then earlier.acquisition_cost_amount
                else 0
            end
        ) as acquisition_3m
    from cost_months as months
    inner join cost_months as earlier
        on
            months.segment_type = earlier.segment_type
            and months.segment_value = earlier.segment_value
            and months.mrr_month >= earlier.mrr_month
            and cast({{ dbt.dateadd('month', -11, 'months.mrr_month') }} as date)
            <= earlier.mrr_month
    group by
        months.mrr_month,
        months.segment_type,
        months.segment_value
)

select
    staged_costs.cost_id as place,
    'not there once' as problem
from staged_costs
left join costs
    on staged_costs.cost_id = costs.cost_id
left join accounts
    on
        staged_costs.account_id = accounts.account_id
        and accounts.is_internal
group by staged_costs.cost_id
having
    sum(case when costs.cost_id is null then 0 else 1 end)
    != max(case when accounts.account_id is null then 1 else 0 end)

union all

select
    cost_months.segment_type as place,
    'not what was spent in the month' as problem
from cost_months
left join month_sums
    on cost_months.mrr_month = month_sums.cost_month
where
    cost_months.segment_value in ('all', 'unallocated')
    and cost_months.cost_amount != coalesce(
        case
            when cost_months.segment_type = 'total' then month_sums.cost_amount
            when cost_months.segment_type = 'acquisition_channel' then month_sums.nowhere_amount
            else month_sums.nobodys_amount
        end, 0
    )

union all

select
    windows.segment_type || ' ' || windows.segment_value as place,
    'not the sum of its months' as problem
from windows
inner join cost_months
    on
        windows.mrr_month = cost_months.mrr_month
        and windows.segment_type = cost_months.segment_type
        and windows.segment_value = cost_months.segment_value
inner join unit_economics
    on
        windows.mrr_month = unit_economics.mrr_month
        and windows.segment_type = unit_economics.segment_type
        and windows.segment_value = unit_economics.segment_value
where
    windows.retention_12m != cost_months.retention_cost_12m_amount
    or windows.acquisition_12m != cost_months.acquisition_cost_12m_amount
    or windows.retention_12m != unit_economics.retention_cost_12m_amount
    or windows.acquisition_3m != unit_economics.acquisition_cost_3m_amount
