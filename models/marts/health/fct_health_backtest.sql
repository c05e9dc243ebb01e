-- depends_on: {{ ref('int_build_clearance') }}
with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
),

aucs as (
    select * from {{ ref('int_health_auc') }}
),

bands as (
    select band as health_band
    from {{ ref('health_bands') }}

    union all

    select 'all' as health_band
),

-- each month end by itself, then all of them together
counts as (
    select
        aucs.backtest_scope,
        aucs.backtest_date,
        bands.health_band,
        sum(case when bands.health_band in ('all', outcomes.health_band) then 1 else 0 end)
            as account_count,
        sum(
            case
                when bands.health_band in ('all', outcomes.health_band) then outcomes.churned_count
                else 0
            end
        ) as churned_count,
        {{ health_churn_rate('sum(outcomes.churned_count)', 'count(*)') }} as churn_rate_of_all
    from aucs
    inner join outcomes
        on
            aucs.backtest_scope = 'all_month_ends'
            or aucs.backtest_date = outcomes.snapshot_date
    cross join bands
    group by
        aucs.backtest_scope,
        aucs.backtest_date,
        bands.health_band
),

rates as (
    select
        *,
        {{ rate_with_interval(
            'churn_rate',
            health_churn_rate('churned_count', 'account_count'),
            ['churned_count', 'account_count'],
            'false',
        ) }}
    from counts
),

final as (
    select
        cast(rates.backtest_scope as {{ dbt.type_string() }}) as backtest_scope,
        rates.backtest_date,
        cast(rates.health_band as {{ dbt.type_string() }}) as health_band,
        cast(rates.account_count as bigint) as account_count,
        cast(rates.churned_count as bigint) as churned_count,
        rates.churn_rate,
        rates.churn_rate_ci_low,
        rates.churn_rate_ci_high,
        rates.churn_rate_of_all,
        {{ health_churn_lift('rates.churn_rate', 'rates.churn_rate_of_all') }} as churn_lift,
        cast(aucs.pair_count as bigint) as pair_count,
        -- a tie is half in order
        cast(
            cast(aucs.doubled_ordered_pair_count as decimal(27, 0)) * cast(0.5 as decimal(2, 1))
            as decimal(28, 1)
        ) as ordered_pair_count,
        aucs.auc,
        aucs.auc_standard_error,
        -- the ends of the scale are its limits
        case
            when aucs.auc - 1.959963984540054 * aucs.auc_standard_error < 0
                then cast(0 as {{ type_double() }})
            else aucs.auc - 1.959963984540054 * aucs.auc_standard_error
        end as auc_ci_low,
        case
            when aucs.auc + 1.959963984540054 * aucs.auc_standard_error > 1
                then cast(1 as {{ type_double() }})
            else aucs.auc + 1.959963984540054 * aucs.auc_standard_error
        end as auc_ci_high
    from rates
    left join aucs
        on
            rates.backtest_scope = aucs.backtest_scope
            and rates.backtest_date = aucs.backtest_date
            and rates.health_band = 'all'
)

select * from final
