with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

customer_periods as (
    select * from {{ ref('int_customer_periods') }}
),

free_states as (
    select
        subscription_id,
        account_id,
        valid_from,
        valid_to,
        lag(valid_to) over (
            partition by subscription_id
            order by valid_from
        ) as previous_valid_to
    from subscription_mrr
    where
        is_free
        and {{ is_live('is_earning', 'status') }}
        and valid_from <= {{ as_of_date() }}
),

-- another state of the same free plan is no new beginning
beginnings as (
    select distinct
        account_id,
        valid_from as begun_date
    from free_states
    where
        previous_valid_to is null
        or previous_valid_to < valid_from
),

-- D-82: who paid the day before has not come to the free plan to be won
unpaid_beginnings as (
    select
        beginnings.account_id,
        beginnings.begun_date
    from beginnings
    left join customer_periods
        on
            beginnings.account_id = customer_periods.account_id
            and beginnings.begun_date > customer_periods.customer_from
            and (
                customer_periods.customer_to is null
                or beginnings.begun_date <= customer_periods.customer_to
            )
    where customer_periods.account_id is null
),

free_months as (
    select
        free_states.account_id,
        months.mrr_month,
        1 as is_opening
    from free_states
    inner join months
        on
            free_states.valid_from < months.mrr_month
            and (free_states.valid_to is null or free_states.valid_to >= months.mrr_month)
    left join account_months
        on
            free_states.account_id = account_months.account_id
            and months.mrr_month = account_months.mrr_month
    where coalesce(account_months.opening_mrr, 0) = 0

    union all

    select
        unpaid_beginnings.account_id,
        months.mrr_month,
        0 as is_opening
    from unpaid_beginnings
    inner join months
        on
            unpaid_beginnings.begun_date >= months.mrr_month
            and unpaid_beginnings.begun_date < months.next_month
),

counted_months as (
    select
        account_id,
        mrr_month,
        max(is_opening) as is_opening
    from free_months
    group by
        account_id,
        mrr_month
),

final as (
    select
        counted_months.account_id,
        counted_months.mrr_month,
        counted_months.is_opening = 1 as is_opening,
        coalesce(account_months.closing_mrr, 0) > 0 as is_converted
    from counted_months
    left join account_months
        on
            counted_months.account_id = account_months.account_id
            and counted_months.mrr_month = account_months.mrr_month
)

select * from final
