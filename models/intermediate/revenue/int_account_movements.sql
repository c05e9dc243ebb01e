with

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

net_changes as (
    select
        account_id,
        change_date as movement_date,
        is_fx,
        sum(change_amount) as movement_amount
    from shares
    where change_date <= {{ as_of_date() }}
    group by
        account_id,
        change_date,
        is_fx
    having sum(change_amount) != 0
),

-- the ledger: the running sum of what changed; a day's fx comes before its other movement
balances as (
    select
        account_id,
        movement_date,
        is_fx,
        movement_amount,
        sum(movement_amount) over (
            partition by account_id
            order by movement_date asc, is_fx desc
            rows between unbounded preceding and current row
        ) as closing_mrr,
        row_number() over (
            partition by account_id
            order by movement_date asc, is_fx desc
        ) as place
    from net_changes
),

final as (
    select
        account_id,
        movement_date,
        is_fx,
        case
            when is_fx then 'fx'
            else {{ mrr_movement('closing_mrr - movement_amount', 'closing_mrr', '(place > 1)') }}
        end as movement,
        cast(closing_mrr - movement_amount as {{ type_money() }}) as opening_mrr,
        cast(movement_amount as {{ type_money() }}) as movement_amount,
        cast(closing_mrr as {{ type_money() }}) as closing_mrr
    from balances
)

select * from final
