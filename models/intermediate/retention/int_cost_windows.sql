{% set windows = [
    ('retention', 12), ('acquisition', 12), ('acquisition', 3), ('cost_of_revenue', 12),
] %}
with

cost_segment_months as (
    select * from {{ ref('int_cost_segment_months') }}
),

cost_months as (
    select * from {{ ref('int_cost_months') }}
),

-- D-53: before the first cost of a purpose nobody kept its books, and 0 would be a claim
first_costs as (
    select
        {%- for purpose in cost_purposes() %}
        min(case when {{ purpose }}_count > 0 then cost_month end) as first_{{ purpose }}_month,
        {%- endfor %}
        count(*) as row_count
    from cost_months
),

sums as (
    select
        cost_segment_months.mrr_month,
        cost_segment_months.segment_type,
        cost_segment_months.segment_value,
        cost_segment_months.is_partial_month,
        {%- for purpose in cost_purposes() %}
        coalesce(cost_months.{{ purpose }}_amount, 0) as {{ purpose }}_amount,
        coalesce(cost_months.{{ purpose }}_count, 0) as {{ purpose }}_count,
        case
            when cost_segment_months.mrr_month >= first_costs.first_{{ purpose }}_month then 1
            else 0
        end as {{ purpose }}_month_count,
        {%- endfor %}
        coalesce(cost_months.cost_amount, 0) as cost_amount
    from cost_segment_months
    cross join first_costs
    left join cost_months
        on
            cost_segment_months.mrr_month = cost_months.cost_month
            and cost_segment_months.segment_type = cost_months.segment_type
            and cost_segment_months.segment_value = cost_months.segment_value
),

window_sums as (
    select
        *,
        {%- for purpose in cost_purposes() %}
        sum({{ purpose }}_count) over (
            partition by segment_type, segment_value
            order by mrr_month
            rows between unbounded preceding and current row
        ) as {{ purpose }}_count_to_date,
        {%- endfor %}
        {%- for purpose, length in windows %}
        {%- for part in ['amount', 'count', 'month_count'] %}
        sum({{ purpose }}_{{ part }}) over (
            partition by segment_type, segment_value
            order by mrr_month
            rows between {{ length - 1 }} preceding and current row
        ) as {{ purpose }}_{{ length }}m_{{ part }},
        {%- endfor %}
        {%- endfor %}
        segment_value = 'unallocated' as is_unallocated
    from sums
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        is_partial_month,
        {%- for purpose in cost_purposes() %}
        {{ purpose }}_amount,
        {{ purpose }}_count_to_date > 0 as has_{{ purpose }}_costs,
        {{ purpose }}_month_count = 1 as has_{{ purpose }}_books,
        {%- endfor %}
        {%- for purpose, length in windows %}
        {{ purpose }}_{{ length }}m_amount,
        {{ purpose }}_{{ length }}m_month_count as {{ purpose }}_{{ length }}m_window_months,
        max(case when is_unallocated then {{ purpose }}_{{ length }}m_count else 0 end) over (
            partition by mrr_month, segment_type
        ) > 0 as has_unallocated_{{ purpose }}_{{ length }}m,
        {%- endfor %}
        cost_amount
    from window_sums
)

select * from final
