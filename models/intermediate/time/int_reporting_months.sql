with

states as (
    select * from {{ ref('int_subscription_states') }}
),

numbers as (
    {{ dbt.generate_series(var('calendar_years') | int * 12) }}
),

months as (
    select
        cast(
            {{ dbt.dateadd(
                'month', 'cast(generated_number as int) - 1', first_calendar_month()
            ) }} as date
        ) as mrr_month
    from numbers
),

first_state as (
    select {{ month_of('min(effective_date)') }} as first_month
    from states
),

dated_months as (
    select
        months.mrr_month,
        cast({{ dbt.dateadd('month', 1, 'months.mrr_month') }} as date) as next_month
    from months
    inner join first_state
        on months.mrr_month >= first_state.first_month
    where months.mrr_month <= {{ as_of_date() }}
),

final as (
    select
        mrr_month,
        next_month,
        next_month > cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date) as is_partial_month
    from dated_months
)

select * from final
