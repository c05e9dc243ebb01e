{% set cost_columns = [
    'mrr_month', 'segment_type', 'segment_value', 'is_partial_month',
    'acquisition_amount', 'acquisition_3m_amount', 'acquisition_3m_window_months',
    'has_acquisition_books', 'has_acquisition_costs', 'has_unallocated_acquisition_3m',
    'retention_12m_amount', 'retention_12m_window_months', 'has_retention_costs',
    'has_unallocated_retention_12m',
] %}
{% set lifetime_columns = [
    'clv_from_churn', 'customer_lifetime_months', 'is_lifetime_unbounded',
    'cost_of_revenue_12m_amount', 'mrr_12m_amount', 'gross_margin_rate_12m', 'is_company_margin',
    'average_12m_churned_customer_count', 'average_12m_opening_customer_count',
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
        {%- for column in cost_columns %}
        cost_windows.{{ column }},
        {%- endfor %}
        coalesce(mrr_months.customer_count, 0) as customer_count,
        coalesce(mrr_months.new_customer_count, 0) as new_customer_count,
        {%- for column in lifetime_columns %}
        lifetime_values.{{ column }},
        {%- endfor %}
        coalesce(mrr_months.new_mrr, 0) as new_mrr
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

-- both sides of the same months: those whose spend on acquisition is known
window_sums as (
    select
        *,
        {%- for column in ['new_customer_count', 'new_mrr'] %}
        sum(case when has_acquisition_books then {{ column }} else 0 end) over (
            partition by segment_type, segment_value
            order by mrr_month
            rows between 2 preceding and current row
        ) as {{ column }}_3m,
        {%- endfor %}
        case when has_acquisition_costs then acquisition_3m_amount end
            as known_acquisition_cost_amount,
        case when has_retention_costs then retention_12m_amount end as known_retention_cost_amount
    from parts
),

costs_per_customer as (
    select
        *,
        {{ when_month_is_over(cac('known_acquisition_cost_amount', 'new_customer_count_3m')) }}
            as cac,
        {{ when_month_is_over(
            customer_retention_cost('known_retention_cost_amount', 'customer_count')
        ) }} as customer_retention_cost,
        {{ when_month_is_over(lifetime_retention_cost(
            'known_retention_cost_amount', 'customer_count',
            'average_12m_churned_customer_count', 'average_12m_opening_customer_count',
        )) }} as lifetime_retention_cost
    from window_sums
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        cast(acquisition_amount as {{ type_money() }}) as acquisition_cost_amount,
        cast(new_customer_count as bigint) as new_customer_count,
        cast(new_mrr as {{ type_money() }}) as new_mrr,
        cast(acquisition_3m_amount as {{ type_money() }}) as acquisition_cost_3m_amount,
        cast(new_customer_count_3m as bigint) as new_customer_3m_count,
        cast(new_mrr_3m as {{ type_money() }}) as new_3m_mrr,
        cast(acquisition_3m_window_months as bigint) as cac_window_months,
        cac,
        clv_from_churn,
        customer_lifetime_months,
        is_lifetime_unbounded,
        {{ clv_to_cac('clv_from_churn', 'cac') }} as clv_to_cac,
        cost_of_revenue_12m_amount,
        mrr_12m_amount,
        gross_margin_rate_12m,
        is_company_margin,
        {{ when_month_is_over(cac_payback_months(
            'known_acquisition_cost_amount', 'new_mrr_3m', 'gross_margin_rate_12m'
        )) }} as cac_payback_months,
        cast(customer_count as bigint) as customer_count,
        cast(retention_12m_amount as {{ type_money() }}) as retention_cost_12m_amount,
        cast(retention_12m_window_months as bigint) as retention_window_months,
        customer_retention_cost,
        lifetime_retention_cost,
        cast(
            {{ clv_net_of_costs('clv_from_churn', 'cac', 'lifetime_retention_cost') }}
            as {{ type_money() }}
        ) as clv_net_of_costs,
        {{ pays_back(clv_net_of_costs('clv_from_churn', 'cac', 'lifetime_retention_cost')) }}
            as pays_back,
        has_unallocated_acquisition_3m or has_unallocated_retention_12m as has_unallocated_costs,
        is_partial_month
    from costs_per_customer
)

select * from final
