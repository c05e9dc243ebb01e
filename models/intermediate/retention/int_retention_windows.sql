{%- set fiscal_shift = 1 - var('fiscal_year_start_month') | int -%}

with

months as (
    select * from {{ ref('int_reporting_months') }}
),

window_months as (
    select
        'trailing_12' as window_type,
        cast({{ dbt.dateadd('month', -11, 'mrr_month') }} as date) as window_start_date,
        mrr_month,
        is_partial_month,
        12 as window_length
    from months

    union all

    select
        'quarter' as window_type,
        cast({{ dbt.date_trunc('quarter', 'mrr_month') }} as date) as window_start_date,
        mrr_month,
        is_partial_month,
        3 as window_length
    from months

    union all

    select
        'fiscal_year' as window_type,
        cast(
            {{ dbt.dateadd(
                'month',
                -fiscal_shift,
                dbt.date_trunc('year', dbt.dateadd('month', fiscal_shift, 'mrr_month')),
            ) }} as date
        ) as window_start_date,
        mrr_month,
        is_partial_month,
        12 as window_length
    from months
),

windows as (
    select
        window_type,
        window_start_date,
        window_length,
        max(mrr_month) as closing_month,
        max(case when is_partial_month then 1 else 0 end) as has_partial_month
    from window_months
    group by
        window_type,
        window_start_date,
        window_length
),

final as (
    select
        window_type,
        window_start_date,
        cast({{ dbt.dateadd('month', 'window_length', 'window_start_date') }} as date)
            as next_window_start_date,
        cast({{ dbt.dateadd('month', -1, 'window_start_date') }} as date) as opening_month,
        closing_month,
        has_partial_month = 1
        or closing_month < cast(
            {{ dbt.dateadd('month', 'window_length - 1', 'window_start_date') }} as date
        ) as is_partial_window
    from windows
)

select * from final
