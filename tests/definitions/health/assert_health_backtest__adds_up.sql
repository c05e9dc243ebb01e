-- Bands add up to all, month ends to all of them together; AUC stands beside all and inside its
-- interval; and no month end is in it whose days after are not over.
{%- set columns = ['account_count', 'churned_count'] %}
with

backtest as (
    select * from {{ ref('fct_health_backtest') }}
),

band_sums as (
    select
        backtest_scope,
        backtest_date,
        {%- for column in columns %}
        sum(case when health_band = 'all' then {{ column }} else -{{ column }} end)
            as surplus_{{ column }},
        {%- endfor %}
        count(*) as row_count
    from backtest
    group by
        backtest_scope,
        backtest_date
),

scope_sums as (
    select
        health_band,
        {%- for column in columns + ['pair_count', 'ordered_pair_count'] %}
        sum(case when backtest_scope = 'month_end' then {{ column }} else -{{ column }} end)
            as surplus_{{ column }},
        {%- endfor %}
        count(*) as row_count
    from backtest
    group by health_band
)

select
    'bands of ' || backtest_scope as problem,
    backtest_date as problem_date
from band_sums
where
    surplus_account_count != 0
    or surplus_churned_count != 0

union all

select
    'month ends of ' || health_band as problem,
    cast(null as date) as problem_date
from scope_sums
where
    surplus_account_count != 0
    or surplus_churned_count != 0
    or coalesce(surplus_pair_count, 0) != 0
    or coalesce(surplus_ordered_pair_count, 0) != 0

union all

select
    'row of ' || health_band as problem,
    backtest_date as problem_date
from backtest
where
    churned_count > account_count
    or ordered_pair_count > pair_count
    or (health_band = 'all') != (pair_count is not null)
    or (auc is null) != (coalesce(pair_count, 0) = 0)
    or auc < auc_ci_low
    or auc > auc_ci_high
    or cast({{ dbt.dateadd('day', var('health_backtest_days') | int, 'backtest_date') }} as date)
    > {{ as_of_date() }}
