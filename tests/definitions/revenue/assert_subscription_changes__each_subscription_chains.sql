-- A subscription's changes chain like the ledger: each begins with what the one before left.
with

shares as (
    select * from {{ ref('fct_subscription_changes') }}
),

chained_shares as (
    select
        subscription_id,
        change_date,
        is_fx,
        driver,
        mrr_before,
        change_amount,
        mrr_after,
        coalesce(
            lag(mrr_after) over (
                partition by subscription_id
                order by change_date, case when is_fx then 0 else 1 end
            ),
            0
        ) as previous_mrr_after
    from shares
)

select
    subscription_id,
    change_date,
    is_fx,
    driver,
    previous_mrr_after,
    mrr_before,
    change_amount,
    mrr_after
from chained_shares
where
    mrr_before != previous_mrr_after
    or mrr_before + change_amount != mrr_after
    or change_amount = 0
    or is_fx != (driver = 'fx')
