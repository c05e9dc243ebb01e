{% set purposes = [
    ('retention', 'retention_cost'), ('acquisition', 'acquisition_cost'),
    ('cost_of_revenue', 'cost_of_revenue'), ('other', 'other_cost'),
    ('uncategorised', 'uncategorised_cost'),
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

cost_windows as (
    select * from {{ ref('int_cost_windows') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
),

lifetime_values as (
    select * from {{ ref('fct_customer_lifetime_value') }}
),

parts as (
    select
        cost_windows.*,
        coalesce(mrr_months.customer_count, 0) as customer_count,
        mrr_months.arpa,
        coalesce(mrr_months.arr, 0) as arr,
        lifetime_values.clv_from_churn,
        sum(coalesce(mrr_months.new_customer_count, 0)) over (
            partition by cost_windows.segment_type, cost_windows.segment_value
            order by cost_windows.mrr_month
            rows between 11 preceding and current row
        ) as new_customer_12m_count,
        case
            when cost_windows.has_retention_costs then cost_windows.retention_12m_amount
        end as known_retention_cost_12m_amount
    from cost_windows
    left join mrr_months
        on
            cost_windows.mrr_month = mrr_months.mrr_month
            and cost_windows.segment_type = mrr_months.segment_type
            and cost_windows.segment_value = mrr_months.segment_value
    left join lifetime_values
        on
            cost_windows.mrr_month = lifetime_values.mrr_month
            and cost_windows.segment_type = lifetime_values.segment_type
            and cost_windows.segment_value = lifetime_values.segment_value
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        {%- for purpose, name in purposes %}
        cast({{ purpose }}_amount as {{ type_money() }}) as {{ name }}_amount,
        {%- endfor %}
        cast(cost_amount as {{ type_money() }}) as cost_amount,
        cast(customer_count as bigint) as customer_count,
        arpa,
        cast(arr as {{ type_money() }}) as arr,
        cast(retention_12m_amount as {{ type_money() }}) as retention_cost_12m_amount,
        cast(retention_12m_window_months as bigint) as window_months,
        {{ when_month_is_over(
            customer_retention_cost('known_retention_cost_12m_amount', 'customer_count')
        ) }} as customer_retention_cost,
        {{ when_month_is_over(retention_cost_ratio('known_retention_cost_12m_amount', 'arr')) }}
            as retention_cost_ratio,
        cast(acquisition_12m_amount as {{ type_money() }}) as acquisition_cost_12m_amount,
        cast(new_customer_12m_count as bigint) as new_customer_12m_count,
        clv_from_churn,
        cast(
            {{ new_customers_expected_value('clv_from_churn', 'new_customer_12m_count') }}
            as {{ type_money() }}
        ) as new_customers_expected_value_amount,
        has_unallocated_retention_12m as has_unallocated_costs,
        is_partial_month
    from parts
)

select * from final
