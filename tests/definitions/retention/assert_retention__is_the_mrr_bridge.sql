-- Retention stands on the bridge: the same customers, the same amounts, in every month and segment.
-- Closing MRR of the opening customers is the bridge up to what was neither new nor reactivated.
{%- set columns = [
    'opening_customer_count', 'churned_customer_count', 'opening_mrr', 'expansion_mrr',
    'contraction_mrr', 'churned_mrr', 'lost_mrr',
] %}
with

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
)

select
    coalesce(retention_months.mrr_month, mrr_months.mrr_month) as mrr_month,
    coalesce(retention_months.segment_type, mrr_months.segment_type) as segment_type,
    coalesce(retention_months.segment_value, mrr_months.segment_value) as segment_value,
    {%- for column in columns %}
    retention_months.{{ column }},
    mrr_months.{{ column }} as bridge_{{ column }},
    {%- endfor %}
    retention_months.retained_mrr,
    retention_months.opening_customers_closing_mrr,
    mrr_months.fx_mrr
from retention_months
full outer join mrr_months
    on
        retention_months.mrr_month = mrr_months.mrr_month
        and retention_months.segment_type = mrr_months.segment_type
        and retention_months.segment_value = mrr_months.segment_value
where
    retention_months.mrr_month is null
    or mrr_months.mrr_month is null
    {%- for column in columns %}
    or retention_months.{{ column }} != mrr_months.{{ column }}
    {%- endfor %}
    or retention_months.retained_mrr != mrr_months.opening_mrr + mrr_months.lost_mrr
    or retention_months.opening_customers_closing_mrr
    != mrr_months.mrr - mrr_months.fx_mrr - mrr_months.new_mrr - mrr_months.reactivation_mrr
    or retention_months.is_partial_month != mrr_months.is_partial_month
    or retention_months.is_provisional != mrr_months.is_provisional
