with

cost_windows as (
    select * from {{ ref('int_cost_windows') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
),

-- MRR of the months whose costs are known, so that both sides are of the same months
own_sums as (
    select
        cost_windows.mrr_month,
        cost_windows.segment_type,
        cost_windows.segment_value,
        cost_windows.cost_of_revenue_12m_amount,
        cost_windows.cost_of_revenue_12m_window_months as margin_window_months,
        cost_windows.has_unallocated_cost_of_revenue_12m as is_company_margin,
        sum(case when cost_windows.has_cost_of_revenue_books then mrr_months.mrr else 0 end) over (
            partition by cost_windows.segment_type, cost_windows.segment_value
            order by cost_windows.mrr_month
            rows between 11 preceding and current row
        ) as mrr_12m_amount
    from cost_windows
    inner join mrr_months
        on
            cost_windows.mrr_month = mrr_months.mrr_month
            and cost_windows.segment_type = mrr_months.segment_type
            and cost_windows.segment_value = mrr_months.segment_value
),

company_sums as (
    select * from own_sums
    where segment_type = 'total'
),

-- D-52: a segment's own margin is known only where all cost of revenue is booked on segments
final as (
    select
        own_sums.mrr_month,
        own_sums.segment_type,
        own_sums.segment_value,
        own_sums.margin_window_months,
        own_sums.is_company_margin,
        case
            when own_sums.is_company_margin then company_sums.cost_of_revenue_12m_amount
            else own_sums.cost_of_revenue_12m_amount
        end as cost_of_revenue_12m_amount,
        case
            when own_sums.is_company_margin then company_sums.mrr_12m_amount
            else own_sums.mrr_12m_amount
        end as mrr_12m_amount
    from own_sums
    inner join company_sums
        on own_sums.mrr_month = company_sums.mrr_month
)

select * from final
