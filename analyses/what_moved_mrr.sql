-- What moved MRR in each of the last twelve months: the ledger's movements by driver, largest
-- first. The ledger is the bridge's drill-down: its sums are gross columns of fct_mrr_monthly.
with

subscription_changes as (
    select * from {{ ref('fct_subscription_changes') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

final as (
    select
        months.calendar_month,
        subscription_changes.movement,
        subscription_changes.driver,
        count(*) as change_count,
        sum(subscription_changes.change_amount) as change_amount
    from subscription_changes
    inner join months
        on
            subscription_changes.change_date >= months.calendar_month
            and subscription_changes.change_date < months.next_month
    where
        months.calendar_month
        > cast({{ dbt.dateadd('month', -12, month_of(as_of_date())) }} as date)
    group by
        months.calendar_month,
        subscription_changes.movement,
        subscription_changes.driver
)

select * from final
order by calendar_month desc, abs(change_amount) desc
