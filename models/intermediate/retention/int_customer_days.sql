with

movements as (
    select * from {{ ref('int_account_movements') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

held_spans as (
    select
        account_id,
        closing_mrr,
        movement_date as held_from,
        -- the as-of date itself is the last day that counts
        coalesce(
            lead(movement_date) over (
                partition by account_id
                order by movement_date, case when is_fx then 0 else 1 end
            ),
            cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date)
        ) as held_until
    from movements
),

month_spans as (
    select
        held_spans.account_id,
        months.mrr_month,
        case
            when held_spans.held_from > months.mrr_month then held_spans.held_from
            else months.mrr_month
        end as held_from,
        case
            when held_spans.held_until < months.next_month then held_spans.held_until
            else months.next_month
        end as held_until
    from held_spans
    inner join months
        on
            held_spans.held_from < months.next_month
            and held_spans.held_until > months.mrr_month
    where held_spans.closing_mrr > 0
),

final as (
    select
        account_id,
        mrr_month,
        sum(
            cast(
                {{ dbt.datediff('held_from', 'held_until', 'day') }}
                as int
            )
        ) as customer_days
    from month_spans
    group by
        account_id,
        mrr_month
)

select * from final
