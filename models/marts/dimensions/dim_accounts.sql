-- depends_on: {{ ref('int_build_clearance') }}
with

accounts as (
    select * from {{ ref('stg_accounts') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

movements as (
    select * from {{ ref('int_account_movements') }}
),

account_mrr as (
    select
        account_id,
        min(movement_date) as first_mrr_date,
        sum(movement_amount) as mrr
    from movements
    group by account_id
),

final as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.created_date,
        attributes.signup_cohort,
        accounts.country,
        accounts.region,
        accounts.industry,
        cast(accounts.employee_count as bigint) as employee_count,
        attributes.company_size,
        accounts.acquisition_channel,
        accounts.csm_owner,
        account_mrr.first_mrr_date,
        cast(coalesce(account_mrr.mrr, 0) as {{ type_money() }}) as mrr,
        coalesce(account_mrr.mrr, 0) > 0 as is_customer
    from accounts
    inner join attributes
        on accounts.account_id = attributes.account_id
    left join account_mrr
        on accounts.account_id = account_mrr.account_id
)

select * from final
