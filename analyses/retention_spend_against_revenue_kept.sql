-- What was spent on keeping customers in twelve months, against the MRR that stayed, beside what
-- winning new ones cost and may bring: which money has more potential. Kept is what the customers
-- of a year ago still pay, of what they paid then, as a yearly amount; lost is the rest.
with

cost_months as (
    select * from {{ ref('fct_retention_cost_monthly') }}
    where
        segment_type = 'total'
        and not is_partial_month
),

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
    where segment_type = 'total'
),

final as (
    select
        cost_months.mrr_month,
        cost_months.window_months,
        cost_months.retention_cost_12m_amount,
        retention_months.trailing_12_retained_mrr * 12 as kept_arr,
        (retention_months.trailing_12_opening_mrr - retention_months.trailing_12_retained_mrr) * 12
            as lost_arr,
        {{ rate(
            'cost_months.retention_cost_12m_amount', 'retention_months.trailing_12_retained_mrr * 12'
        ) }} as cost_per_kept_arr_ratio,
        retention_months.trailing_12_gross_revenue_retention_rate,
        cost_months.acquisition_cost_12m_amount,
        cost_months.new_customer_12m_count,
        cost_months.new_customers_expected_value_amount,
        {{ rate(
            'cost_months.acquisition_cost_12m_amount',
            'cost_months.new_customers_expected_value_amount',
        ) }} as cost_per_expected_value_ratio
    from cost_months
    inner join retention_months
        on cost_months.mrr_month = retention_months.mrr_month
)

select * from final
order by mrr_month desc
