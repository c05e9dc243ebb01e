-- depends_on: {{ ref('int_build_clearance') }}
with

movements as (
    select * from {{ ref('int_account_movements') }}
),

churn_kinds as (
    select * from {{ ref('int_churn_kinds') }}
),

final as (
    select
        movements.account_id,
        movements.movement_date,
        movements.is_fx,
        {{ month_of('movements.movement_date') }} as movement_month,
        movements.movement,
        churn_kinds.churn_kind,
        movements.opening_mrr,
        movements.movement_amount,
        movements.closing_mrr
    from movements
    left join churn_kinds
        on
            movements.account_id = churn_kinds.account_id
            and movements.movement_date = churn_kinds.movement_date
            and movements.movement = 'churn'
)

select * from final
