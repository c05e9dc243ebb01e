-- Per account, a month opens with the closing of the month before; without that row, with nothing.
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

chained_months as (
    select
        account_id,
        mrr_month,
        opening_mrr,
        lag(mrr_month) over (partition by account_id order by mrr_month) as previous_month,
        lag(closing_mrr) over (partition by account_id order by mrr_month) as previous_closing_mrr
    from account_months
)

select
    account_id,
    mrr_month,
    opening_mrr,
    previous_month,
    previous_closing_mrr
from chained_months
where
    opening_mrr != case
        when cast({{ dbt.dateadd('month', 1, 'previous_month') }} as date) = mrr_month
            then previous_closing_mrr
        else 0
    end
    -- who had MRR at closing has a row in the month after
    or (
        previous_closing_mrr > 0
        and cast({{ dbt.dateadd('month', 1, 'previous_month') }} as date) != mrr_month
    )
