{%- set movements = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx'] -%}

with

movements as (
    select * from {{ ref('int_account_movements') }}
),

churn_kinds as (
    select * from {{ ref('int_churn_kinds') }}
),

month_movements as (
    select
        movements.account_id,
        {{ month_of('movements.movement_date') }} as mrr_month,
        movements.movement_date,
        movements.movement,
        movements.movement_amount,
        movements.closing_mrr,
        churn_kinds.churn_kind,
        row_number() over (
            partition by movements.account_id, {{ month_of('movements.movement_date') }}
            order by movements.movement_date desc, case when movements.is_fx then 1 else 0 end
        ) as place_from_last,
        row_number() over (
            partition by
                movements.account_id,
                {{ month_of('movements.movement_date') }},
                movements.movement
            order by movements.movement_date desc
        ) as place_from_last_of_kind
    from movements
    left join churn_kinds
        on
            movements.account_id = churn_kinds.account_id
            and movements.movement_date = churn_kinds.movement_date
            and movements.movement = 'churn'
),

final as (
    select
        account_id,
        mrr_month,
        {%- for movement in movements %}
        sum(case when movement = '{{ movement }}' then movement_amount else 0 end)
            as {{ movement }}_amount,
        {%- endfor %}
        sum(movement_amount) as net_change_amount,
        sum(case when place_from_last = 1 then closing_mrr else 0 end) as closing_mrr,
        min(case when movement = 'new' then movement_date end) as first_mrr_date,
        max(case when movement = 'churn' then movement_date end) as last_churn_date,
        max(
            case when movement = 'churn' and place_from_last_of_kind = 1 then churn_kind end
        ) as last_churn_kind
    from month_movements
    group by
        account_id,
        mrr_month
)

select * from final
