with

movements as (
    select * from {{ ref('int_account_movements') }}
),

-- only where MRR begins or ends; a day's fx comes before its other movement
turning_points as (
    select
        account_id,
        movement_date,
        closing_mrr,
        lead(movement_date) over (
            partition by account_id
            order by movement_date, case when is_fx then 0 else 1 end
        ) as next_turn_date
    from movements
    where
        opening_mrr = 0
        or closing_mrr = 0
),

final as (
    select
        account_id,
        movement_date as customer_from,
        next_turn_date as customer_to
    from turning_points
    where closing_mrr > 0
)

select * from final
