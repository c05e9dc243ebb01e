-- An account is new exactly once, with its first movement; later it can only be reactivated.
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

placed_movements as (
    select
        account_id,
        movement_date,
        movement,
        row_number() over (
            partition by account_id
            order by movement_date, case when is_fx then 0 else 1 end
        ) as place
    from movements
)

select
    account_id,
    movement_date,
    movement,
    place
from placed_movements
where (place = 1) != (movement = 'new')
