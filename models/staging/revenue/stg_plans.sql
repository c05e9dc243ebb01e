with

plans as (
    select * from {{ ref('base_plans__judged') }}
),

final as (
    select
        plan_id,
        plan_name,
        plan_tier,
        tier_rank,
        billing_interval,
        coalesce(interval_count, 1) as interval_count,
        list_price,
        currency,
        coalesce(is_free, false) as is_free,
        coalesce(is_seat_based, true) as is_seat_based,
        loaded_at
    from plans
    where row_status = 'staged'
)

select * from final
