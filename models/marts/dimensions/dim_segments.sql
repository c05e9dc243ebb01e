-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_cost_segment_months') }}
),

final as (
    select distinct
        segment_type,
        segment_value
    from segment_months
)

select * from final
