-- The formulas once more, in doubles and the other way round: from the columns beside a value to
-- the value, to within what rounding leaves. Net of costs is exact.
{%- set least = [var('min_churned_for_lifetime') | int, 1] | max %}
with

lifetime_values as (
    select
        *,
        cast(average_12m_churned_customer_count as {{ type_double() }}) as lost,
        cast(average_12m_opening_customer_count as {{ type_double() }}) as opened
    from {{ ref('fct_customer_lifetime_value') }}
    where not is_partial_month
),

unit_economics as (
    select * from {{ ref('fct_unit_economics_monthly') }}
    where not is_partial_month
)

select
    mrr_month,
    segment_type,
    segment_value,
    'lifetime value' as problem
from lifetime_values
where
    is_lifetime_unbounded != (average_12m_churned_customer_count < {{ least }})
    or is_lifetime_unbounded != (customer_lifetime_months is null)
    or (clv_from_churn is null) != (is_lifetime_unbounded or customer_count = 0)
    or (clv_margin_adjusted is null) != (clv_from_churn is null or gross_margin_rate_12m is null)
    or (clv_from_purchases is null)
    != (is_lifetime_unbounded or customer_days = 0 or invoice_amount = 0)
    or (clv_survival is null) != (customer_count = 0 or survival_subject_count = 0)
    or abs(clv_from_churn * customer_count * lost - mrr * opened) > 0.006 * customer_count * lost
    or abs(customer_lifetime_months * lost - opened) > 0.000001 * opened
    or abs(clv_margin_adjusted - clv_from_churn * gross_margin_rate_12m) > 0.006
    or abs(
        clv_from_purchases
        - cast(invoice_amount as {{ type_double() }}) / nullif(customer_days, 0) * 365.25
        * customer_lifetime_months / 12
    ) > 0.006
    or abs(clv_survival * customer_count - mrr * restricted_mean_lifetime_months)
    > 0.006 * customer_count
    or restricted_mean_lifetime_months > {{ clv_horizon_months() }} + 0.000001
    or is_extrapolated != (last_tenure_months < {{ clv_horizon_months() - 1 }})
    or survival_lost_count > survival_subject_count

union all

select
    mrr_month,
    segment_type,
    segment_value,
    'unit economics' as problem
from unit_economics
where
    clv_net_of_costs != clv_from_churn - cac - lifetime_retention_cost
    or (clv_net_of_costs is null)
    != (clv_from_churn is null or cac is null or lifetime_retention_cost is null)
    or (pays_back is null) != (clv_net_of_costs is null)
    or pays_back != (clv_net_of_costs > 0)
    or abs(cac * new_customer_3m_count - acquisition_cost_3m_amount)
    > 0.006 * new_customer_3m_count
    or abs(cac_payback_months * new_3m_mrr * gross_margin_rate_12m - acquisition_cost_3m_amount)
    > 0.000001 * (1 + abs(acquisition_cost_3m_amount))
    or abs(lifetime_retention_cost - customer_retention_cost * customer_lifetime_months / 12)
    > 0.006 * (1 + customer_lifetime_months / 12)
