with

subscription_changes as (
    select * from {{ ref('base_subscription_changes__judged') }}
),

final as (
    select
        change_id,
        subscription_id,
        effective_at,
        effective_date,
        plan_id,
        quantity,
        unit_amount,
        currency,
        coalesce(discount_percent, 0) as discount_percent,
        coalesce(discount_amount, 0) as discount_amount,
        {{ discount_duration('discount_duration', 'discount_ends_date') }} as discount_duration,
        discount_ends_date,
        status,
        loaded_at
    from subscription_changes
    where row_status = 'staged'
)

select * from final
