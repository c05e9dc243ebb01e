-- depends_on: {{ ref('int_build_clearance') }}
with

dates as (
    select * from {{ ref('dim_dates') }}
),

final as (
    select
        calendar_month,
        cast({{ dbt.dateadd('month', 1, 'calendar_month') }} as date) as next_month,
        quarter_start_date,
        year_start_date,
        year_number,
        quarter_number,
        month_number,
        {{ quarter_label('calendar_month') }} as quarter_label,
        -- the as-of month lacks its last days unless the as-of date is its last
        max(case when is_last_day_of_month then 1 else 0 end) = 0 as is_partial_month
    from dates
    group by
        calendar_month,
        quarter_start_date,
        year_start_date,
        year_number,
        quarter_number,
        month_number
)

select * from final
