with

runs as (
    select * from {{ ref('int_paid_runs') }}
    where run_end_date is null
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

open_runs as (
    select
        runs.account_id,
        runs.run_start_date,
        runs.interval_months,
        runs.interval_days,
        case
            when runs.interval_months > 0
                then cast(
                    floor(
                        {{ months_between('runs.run_start_date', as_of_date()) }}
                        / runs.interval_months
                    ) as int
                )
            else cast(
                floor(
                    {{ dbt.datediff('runs.run_start_date', as_of_date(), 'day') }}
                    / runs.interval_days
                ) as int
            )
        end as begun_term_count
    from runs
    inner join subscriptions
        on runs.subscription_id = subscriptions.subscription_id
    -- what has been cancelled does not renew
    where
        subscriptions.service_end_date is null
        and (
            runs.interval_months >= {{ var('at_risk_min_term_months') | int }}
            or runs.interval_days >= {{ 30 * (var('at_risk_min_term_months') | int) }}
        )
),

final as (
    select
        account_id,
        min({{ next_term_end('run_start_date') }}) as renewal_date
    from open_runs
    group by account_id
)

select * from final
