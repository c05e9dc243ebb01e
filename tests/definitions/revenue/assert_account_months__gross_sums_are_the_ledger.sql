-- The gross columns of an account's month are the sums of its ledger, class by class.
{%- set movements = [
    ('new', 'new'), ('expansion', 'expansion'), ('contraction', 'contraction'),
    ('churn', 'churned'), ('reactivation', 'reactivation'), ('fx', 'fx'),
] %}
with

movements as (
    select * from {{ ref('fct_mrr_movements') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

ledger_months as (
    select
        account_id,
        movement_month,
        {%- for movement, name in movements %}
        sum(case when movement = '{{ movement }}' then movement_amount else 0 end)
            as {{ name }}_mrr,
        {%- endfor %}
        sum(movement_amount) as net_mrr
    from movements
    group by
        account_id,
        movement_month
)

select
    coalesce(account_months.account_id, ledger_months.account_id) as account_id,
    coalesce(account_months.mrr_month, ledger_months.movement_month) as mrr_month
from account_months
full outer join ledger_months
    on
        account_months.account_id = ledger_months.account_id
        and account_months.mrr_month = ledger_months.movement_month
where
    account_months.account_id is null
    or account_months.closing_mrr - account_months.opening_mrr != coalesce(ledger_months.net_mrr, 0)
    {%- for _, name in movements %}
    or account_months.gross_{{ name }}_mrr != coalesce(ledger_months.{{ name }}_mrr, 0)
    {%- endfor %}
