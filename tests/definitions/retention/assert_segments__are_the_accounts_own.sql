-- Recomputed without the grouping sets: each account stands in every type under its own value, or
-- under unknown where it has none.
{%- set attributes = [
    'region', 'country', 'industry', 'company_size', 'acquisition_channel', 'csm_owner',
    'signup_cohort',
] %}
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
    where segment_type in (
        'plan_tier'
        {%- for attribute in attributes %},
        '{{ attribute }}'
        {%- endfor %}
    )
),

segment_values as (
    select
        account_id,
        mrr_month,
        'plan_tier' as segment_type,
        plan_tier as segment_value,
        closing_mrr
    from account_months
    {%- for attribute in attributes %}

    union all

    select
        account_months.account_id,
        account_months.mrr_month,
        '{{ attribute }}' as segment_type,
        coalesce(accounts.{{ attribute }}, 'unknown') as segment_value,
        account_months.closing_mrr
    from account_months
    inner join accounts
        on account_months.account_id = accounts.account_id
    {%- endfor %}
),

recomputed_months as (
    select
        mrr_month,
        segment_type,
        segment_value,
        sum(closing_mrr) as mrr,
        sum(case when closing_mrr > 0 then 1 else 0 end) as customer_count
    from segment_values
    group by
        mrr_month,
        segment_type,
        segment_value
)

select
    coalesce(mrr_months.mrr_month, recomputed_months.mrr_month) as mrr_month,
    coalesce(mrr_months.segment_type, recomputed_months.segment_type) as segment_type,
    coalesce(mrr_months.segment_value, recomputed_months.segment_value) as segment_value,
    mrr_months.mrr,
    recomputed_months.mrr as recomputed_mrr,
    mrr_months.customer_count,
    recomputed_months.customer_count as recomputed_count
from mrr_months
full outer join recomputed_months
    on
        mrr_months.mrr_month = recomputed_months.mrr_month
        and mrr_months.segment_type = recomputed_months.segment_type
        and mrr_months.segment_value = recomputed_months.segment_value
where
    mrr_months.mrr_month is null
    or mrr_months.mrr != coalesce(recomputed_months.mrr, 0)
    or mrr_months.customer_count != coalesce(recomputed_months.customer_count, 0)
