with

costs as (
    select * from {{ ref('base_costs__judged') }}
),

final as (
    select
        cost_id,
        incurred_date,
        category,
        amount,
        currency,
        account_id,
        channel,
        vendor,
        loaded_at
    from costs
    where row_status = 'staged'
)

select * from final
