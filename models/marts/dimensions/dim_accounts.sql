-- depends_on: {{ ref('int_build_clearance') }}
with

accounts as (
    select * from {{ ref('stg_accounts') }}
),

company_size_bands as (
    select * from {{ ref('company_size_bands') }}
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
        {{ quarter_label('accounts.created_date') }} as signup_cohort,
        accounts.country,
        accounts.region,
        accounts.industry,
        cast(accounts.employee_count as bigint) as employee_count,
        company_size_bands.company_size,
        accounts.acquisition_channel,
        accounts.csm_owner,
        account_mrr.first_mrr_date,
        cast(coalesce(account_mrr.mrr, 0) as {{ type_money() }}) as mrr,
        coalesce(account_mrr.mrr, 0) > 0 as is_customer
    from accounts
    left join company_size_bands
        on
            accounts.employee_count >= company_size_bands.min_employees
            and (
                company_size_bands.max_employees is null
                or accounts.employee_count <= company_size_bands.max_employees
            )
    left join account_mrr
        on accounts.account_id = account_mrr.account_id
    where not accounts.is_internal
)

select * from final
