with

accounts as (
    select * from {{ ref('stg_accounts') }}
),

company_size_bands as (
    select * from {{ ref('company_size_bands') }}
),

final as (
    select
        accounts.account_id,
        coalesce(accounts.region, 'unknown') as region,
        coalesce(accounts.country, 'unknown') as country,
        coalesce(accounts.industry, 'unknown') as industry,
        coalesce(company_size_bands.company_size, 'unknown') as company_size,
        coalesce(accounts.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(accounts.csm_owner, 'unknown') as csm_owner,
        {%- for attribute in extra_attributes() %}
        coalesce(accounts.{{ attribute }}, 'unknown') as {{ attribute }},
        {%- endfor %}
        {{ quarter_label('accounts.created_date') }} as signup_cohort
    from accounts
    left join company_size_bands
        on
            accounts.employee_count >= company_size_bands.min_employees
            and (
                company_size_bands.max_employees is null
                or accounts.employee_count <= company_size_bands.max_employees
            )
    where not accounts.is_internal
)

select * from final
