-- depends_on: {{ ref('int_build_clearance') }}
with

numbers as (
    {{ dbt.generate_series(var('calendar_years') | int * 366) }}
),

days as (
    select
        cast(
            {{ dbt.dateadd(
                'day',
                'cast(generated_number as int) - 1',
                "cast('" ~ var('earliest_date') ~ "' as date)",
            ) }} as date
        ) as date_day
    from numbers
),

final as (
    select
        date_day,
        {{ month_of('date_day') }} as calendar_month,
        cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start_date,
        cast({{ dbt.date_trunc('year', 'date_day') }} as date) as year_start_date,
        cast(extract(year from date_day) as int) as year_number,
        cast(extract(quarter from date_day) as int) as quarter_number,
        cast(extract(month from date_day) as int) as month_number,
        cast(extract(day from date_day) as int) as day_of_month,
        {{ month_of('date_day') }}
        != {{ month_of(dbt.dateadd('day', 1, 'date_day')) }} as is_last_day_of_month
    from days
    where date_day <= {{ as_of_date() }}
)

select * from final
