-- What accounts that refer others have in common: the share of each attribute's value among them,
-- set against its share among all accounts that ever paid. A lift above 1 is more common in
-- advocates; values that fewer than five advocates have say little.
with

referrals as (
    select * from {{ ref('int_referrals') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

advocates as (
    select distinct referring_account_id as account_id
    from referrals
),

marked_accounts as (
    select
        {{ attribute_columns('attributes') }},
        advocates.account_id is not null as is_advocate,
        accounts.first_mrr_date is not null as has_paid
    from accounts
    inner join attributes
        on accounts.account_id = attributes.account_id
    left join advocates
        on accounts.account_id = advocates.account_id
),

attribute_values as (
    {%- for attribute in account_attributes() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ attribute }}' as segment_type,
        {{ attribute }} as segment_value,
        sum(case when is_advocate then 1 else 0 end) as advocate_count,
        sum(case when has_paid then 1 else 0 end) as customer_count
    from marked_accounts
    group by {{ attribute }}
    {%- endfor %}
),

shares as (
    select
        segment_type,
        segment_value,
        advocate_count,
        customer_count,
        {{ rate('advocate_count', 'sum(advocate_count) over (partition by segment_type)') }}
            as advocate_share,
        {{ rate('customer_count', 'sum(customer_count) over (partition by segment_type)') }}
            as customer_share
    from attribute_values
),

final as (
    select
        *,
        {{ rate('advocate_share', 'customer_share') }} as lift
    from shares
    where advocate_count > 0
)

select * from final
order by lift desc nulls last, advocate_count desc, segment_type asc, segment_value asc
