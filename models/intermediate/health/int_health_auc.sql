with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
),

latest as (
    select max(snapshot_date) as latest_date
    from outcomes
),

-- D-93: pairs of one month end only; all month ends together are the sum of their pairs
scoped_outcomes as (
    select
        'month_end' as backtest_scope,
        outcomes.snapshot_date as backtest_date,
        outcomes.*
    from outcomes

    union all

    select
        'all_month_ends' as backtest_scope,
        latest.latest_date as backtest_date,
        outcomes.*
    from outcomes
    cross join latest
),

-- each pair counts once, from the side of the one who stayed
pairs as (
    select
        backtest_scope,
        backtest_date,
        sum(case when is_churned then 0 else pair_count end) as pair_count,
        sum(case when is_churned then 0 else doubled_ordered_pair_count end)
            as doubled_ordered_pair_count
    from scoped_outcomes
    group by
        backtest_scope,
        backtest_date
),

shares as (
    select
        *,
        {{ health_auc('doubled_ordered_pair_count', '2 * pair_count') }} as auc
    from pairs
),

-- how far an account, at all its month ends, pulls the share away from where it is
pulls as (
    select
        scoped_outcomes.backtest_scope,
        scoped_outcomes.backtest_date,
        scoped_outcomes.account_id,
        sum(
            cast(scoped_outcomes.doubled_ordered_pair_count as {{ type_double() }}) / 2
            - shares.auc * cast(scoped_outcomes.pair_count as {{ type_double() }})
        ) as pull
    from scoped_outcomes
    inner join shares
        on
            scoped_outcomes.backtest_scope = shares.backtest_scope
            and scoped_outcomes.backtest_date = shares.backtest_date
    group by
        scoped_outcomes.backtest_scope,
        scoped_outcomes.backtest_date,
        scoped_outcomes.account_id
),

squared_pulls as (
    select
        backtest_scope,
        backtest_date,
        sum(pull * pull) as sum_of_squared_pulls
    from pulls
    group by
        backtest_scope,
        backtest_date
),

final as (
    select
        shares.backtest_scope,
        shares.backtest_date,
        shares.pair_count,
        shares.doubled_ordered_pair_count,
        shares.auc,
        {{ health_auc_standard_error('squared_pulls.sum_of_squared_pulls', 'shares.pair_count') }}
            as auc_standard_error
    from shares
    inner join squared_pulls
        on
            shares.backtest_scope = squared_pulls.backtest_scope
            and shares.backtest_date = squared_pulls.backtest_date
)

select * from final
