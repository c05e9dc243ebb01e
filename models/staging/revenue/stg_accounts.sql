with

accounts as (
    select * from {{ ref('base_accounts__judged') }}
),

final as (
    select
        account_id,
        {{ shown_account_name('account_id', 'account_name') }} as account_name,
        created_at,
        created_date,
        country,
        region,
        industry,
        employee_count,
        acquisition_channel,
        csm_owner,
        coalesce(is_internal, false) as is_internal,
        contact_email,
        {%- for attribute in extra_attributes() %}
        {{ attribute }},
        {%- endfor %}
        loaded_at
    from accounts
    where row_status = 'staged'
)

select * from final
