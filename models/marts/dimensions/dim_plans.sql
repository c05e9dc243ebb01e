-- depends_on: {{ ref('int_build_clearance') }}
with

plans as (
    select * from {{ ref('stg_plans') }}
),

final as (
    select
        plan_id,
        plan_name,
        plan_tier,
        cast(tier_rank as bigint) as tier_rank,
        billing_interval,
        cast(interval_count as bigint) as interval_count,
        list_price,
        currency,
        is_free,
        is_seat_based
    from plans
)

select * from final
