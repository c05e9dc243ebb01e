-- sqlfluff:dialect:postgres
with

costs as (
    select * from {{ ref('int_costs') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

-- D-56: a cost goes where its own row says, and nowhere else
placed_costs as (
    select
        costs.cost_month,
        costs.purpose,
        costs.cost_amount,
        {%- for attribute in account_attributes() %}
        coalesce(
            attributes.{{ attribute }},
            {%- if attribute == 'acquisition_channel' %}
            costs.channel,
            {%- endif %}
            'unallocated'
        ) as {{ attribute }},
        {%- endfor %}
        case
            when costs.account_id is null then 'unallocated'
            else coalesce(account_months.plan_tier, 'unknown')
        end as plan_tier
    from costs
    left join attributes
        on costs.account_id = attributes.account_id
    left join account_months
        on
            costs.account_id = account_months.account_id
            and costs.cost_month = account_months.mrr_month
),

final as (
    select
        cost_month,
        {{ segment_columns() }},
        {%- for purpose in cost_purposes() %}
        sum(case when purpose = '{{ purpose }}' then cost_amount else 0 end)
            as {{ purpose }}_amount,
        sum(case when purpose = '{{ purpose }}' then 1 else 0 end) as {{ purpose }}_count,
        {%- endfor %}
        sum(cost_amount) as cost_amount
    from placed_costs
    {{ group_by_segments(['cost_month']) }}
)

select * from final
