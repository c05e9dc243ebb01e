-- What is scheduled lies after the as-of date, and what the ledger holds does not.
with

scheduled_changes as (
    select * from {{ ref('fct_scheduled_changes') }}
),

subscription_changes as (
    select * from {{ ref('fct_subscription_changes') }}
),

movements as (
    select * from {{ ref('fct_mrr_movements') }}
)

select
    'fct_scheduled_changes' as mart,
    account_id,
    change_date
from scheduled_changes
where
    change_date <= {{ as_of_date() }}
    or canceled_date > {{ as_of_date() }}

union all

select
    'fct_subscription_changes' as mart,
    account_id,
    change_date
from subscription_changes
where change_date > {{ as_of_date() }}

union all

select
    'fct_mrr_movements' as mart,
    account_id,
    movement_date as change_date
from movements
where movement_date > {{ as_of_date() }}
