-- Internal and test accounts are nobody's customers: no mart knows them.
{%- set marts = [
    'dim_accounts', 'fct_mrr_movements', 'fct_subscription_changes', 'fct_account_months',
    'fct_scheduled_changes', 'fct_survey_responses', 'fct_support_tickets', 'fct_account_value',
    'fct_trials', 'fct_advocates',
] %}
with

accounts as (
    select * from {{ ref('stg_accounts') }}
    where is_internal
),

mart_accounts as (
    {%- for mart in marts %}
    select
        '{{ mart }}' as mart,
        account_id
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select distinct
    mart_accounts.mart,
    mart_accounts.account_id
from mart_accounts
inner join accounts
    on mart_accounts.account_id = accounts.account_id
