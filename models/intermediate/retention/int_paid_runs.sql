with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

paid_states as (
    select
        subscription_id,
        account_id,
        billing_interval,
        interval_count,
        valid_from,
        valid_to,
        case
            when
                lag(valid_to) over (partition by subscription_id order by valid_from) = valid_from
                and lag(billing_interval) over (
                    partition by subscription_id
                    order by valid_from
                ) = billing_interval
                and lag(interval_count) over (
                    partition by subscription_id
                    order by valid_from
                ) = interval_count
                then 0
            else 1
        end as begins_run
    from subscription_mrr
    where
        mrr > 0
        and valid_from <= {{ as_of_date() }}
),

numbered_states as (
    select
        *,
        sum(begins_run) over (
            partition by subscription_id
            order by valid_from
            rows between unbounded preceding and current row
        ) as run_number
    from paid_states
),

runs as (
    select
        subscription_id,
        account_id,
        run_number,
        billing_interval,
        interval_count,
        min(valid_from) as run_start_date,
        -- an end that lies ahead has not happened
        nullif(
            max(
                case
                    when valid_to <= {{ as_of_date() }} then valid_to
                    else cast('9999-12-31' as date)
                end
            ),
            cast('9999-12-31' as date)
        ) as run_end_date
    from numbered_states
    group by
        subscription_id,
        account_id,
        run_number,
        billing_interval,
        interval_count
),

final as (
    select
        subscription_id,
        account_id,
        run_number,
        billing_interval,
        run_start_date,
        run_end_date,
        {{ interval_length('billing_interval', 'interval_count', 'month') }} as interval_months,
        {{ interval_length('billing_interval', 'interval_count', 'day') }} as interval_days,
        -- the subscription goes on with MRR, at another interval
        coalesce(
            lead(run_start_date) over (
                partition by subscription_id
                order by run_number
            ) = run_end_date,
            false
        ) as is_continued
    from runs
)

select * from final
