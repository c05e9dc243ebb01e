with

changes as (
    select * from {{ ref('int_mrr_changes') }}
),

revalued_changes as (
    select
        subscription_id,
        account_id,
        change_date,
        currency,
        previous_currency,
        mrr_before,
        mrr_before_revalued,
        mrr_after_at_previous_rate,
        mrr_after
    from changes
    where
        mrr_before != mrr_before_revalued
        or mrr_after_at_previous_rate != mrr_after
),

-- a subscription that changes its currency on the day leaves one and begins in the other
legs as (
    select
        subscription_id,
        account_id,
        change_date,
        previous_currency as currency,
        mrr_before,
        mrr_before_revalued,
        0 as mrr_after_at_previous_rate,
        0 as mrr_after
    from revalued_changes

    union all

    select
        subscription_id,
        account_id,
        change_date,
        currency,
        0 as mrr_before,
        0 as mrr_before_revalued,
        mrr_after_at_previous_rate,
        mrr_after
    from revalued_changes
),

-- D-11: fx falls on what survives the day, account by account and currency by currency
legs_with_day as (
    select
        *,
        sum(mrr_after_at_previous_rate) over (
            partition by account_id, currency, change_date
        ) <= sum(mrr_before) over (
            partition by account_id, currency, change_date
        ) as is_after_what_survives
    from legs
),

final as (
    select
        subscription_id,
        change_date,
        sum(
            case
                when is_after_what_survives then mrr_after - mrr_after_at_previous_rate
                else mrr_before_revalued - mrr_before
            end
        ) as fx_amount
    from legs_with_day
    group by
        subscription_id,
        change_date
)

select * from final
