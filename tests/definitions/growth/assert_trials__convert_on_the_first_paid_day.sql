-- Recomputed from the ledger: what the account paid on the eve of the trial says whether it is an
-- add-on, and the first balance above 0 up to the window's end is the conversion of any other.
with

trials as (
    select * from {{ ref('fct_trials') }}
),

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

-- the last balance of each day
day_balances as (
    select
        account_id,
        movement_date,
        sum(movement_amount) as day_amount
    from movements
    group by
        account_id,
        movement_date
),

balances as (
    select
        account_id,
        movement_date,
        sum(day_amount) over (
            partition by account_id
            order by movement_date
            rows between unbounded preceding and current row
        ) as closing_mrr
    from day_balances
),

eves as (
    select
        trials.subscription_id,
        sum(coalesce(movements.movement_amount, 0)) as eve_mrr
    from trials
    left join movements
        on
            trials.account_id = movements.account_id
            and trials.trial_start_date > movements.movement_date
    group by trials.subscription_id
),

first_paid_days as (
    select
        trials.subscription_id,
        min(balances.movement_date) as first_paid_date
    from trials
    inner join balances
        on
            trials.account_id = balances.account_id
            and trials.trial_start_date <= balances.movement_date
            and (
                trials.conversion_window_end_date is null
                or trials.conversion_window_end_date >= balances.movement_date
            )
    where balances.closing_mrr > 0
    group by trials.subscription_id
)

select
    trials.subscription_id,
    eves.eve_mrr,
    trials.conversion_date,
    first_paid_days.first_paid_date
from trials
inner join eves
    on trials.subscription_id = eves.subscription_id
left join first_paid_days
    on trials.subscription_id = first_paid_days.subscription_id
where
    trials.is_add_on != (eves.eve_mrr > 0)
    or trials.is_converted != (trials.conversion_date is not null)
    or (trials.is_converted and not trials.is_matured)
    or trials.conversion_date < trials.trial_start_date
    or trials.conversion_date > trials.conversion_window_end_date
    or (
        not trials.is_add_on
        and coalesce(trials.conversion_date, {{ as_of_date() }})
        != coalesce(first_paid_days.first_paid_date, {{ as_of_date() }})
    )
    or (
        not trials.is_add_on
        and (trials.conversion_date is null) != (first_paid_days.first_paid_date is null)
    )
