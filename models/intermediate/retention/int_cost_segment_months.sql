with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

cost_months as (
    select * from {{ ref('int_cost_months') }}
),

cost_segments as (
    select
        segment_type,
        segment_value,
        min(cost_month) as first_cost_month
    from cost_months
    group by
        segment_type,
        segment_value
),

final as (
    select
        mrr_month,
        is_partial_month,
        segment_type,
        segment_value
    from segment_months

    union distinct

    select
        mrr_month,
        is_partial_month,
        segment_type,
        cast('unallocated' as {{ dbt.type_string() }}) as segment_value
    from segment_months
    where segment_type != 'total'

    union distinct

    -- a channel that has won nobody yet is there from its first cost
    select
        months.mrr_month,
        months.is_partial_month,
        cast(cost_segments.segment_type as {{ dbt.type_string() }}) as segment_type,
        cast(cost_segments.segment_value as {{ dbt.type_string() }}) as segment_value
    from cost_segments
    inner join months
        on cost_segments.first_cost_month <= months.mrr_month
)

select * from final
