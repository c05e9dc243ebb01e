-- What names nobody has no figure per customer, and a month that is not over has none at all: an
-- unallocated cost divided by somebody's customers would be a hidden allocation.
{%- set marts = {
    'fct_customer_lifetime_value': [
        'customer_lifetime_months', 'is_lifetime_unbounded', 'clv_from_churn',
        'gross_margin_rate_12m', 'clv_margin_adjusted', 'clv_from_purchases', 'clv_survival',
        'restricted_mean_lifetime_months', 'is_extrapolated', 'survival_subject_count',
    ],
    'fct_retention_cost_monthly': [
        'customer_retention_cost', 'retention_cost_ratio', 'clv_from_churn',
        'new_customers_expected_value_amount',
    ],
    'fct_unit_economics_monthly': [
        'cac', 'clv_from_churn', 'customer_lifetime_months', 'clv_to_cac',
        'gross_margin_rate_12m', 'cac_payback_months', 'customer_retention_cost',
        'lifetime_retention_cost', 'clv_net_of_costs', 'pays_back',
    ],
} %}
with

{% for mart, columns in marts.items() -%}
{{ mart }} as (
    select
        '{{ mart }}' as mart,
        mrr_month,
        segment_type,
        segment_value
    from {{ ref(mart) }}
    where
        (segment_value = 'unallocated' or is_partial_month)
        and (
            {%- for column in columns %}
            {{ 'or ' if not loop.first }}{{ column }} is not null
            {%- endfor %}
        )
),

{% endfor -%}
final as (
    {%- for mart in marts %}
    {{ 'union all' if not loop.first }}
    select * from {{ mart }}
    {%- endfor %}
)

select * from final
