-- What a customer is worth over its life, four times, in the last full month, in total and by
-- segment: how far apart the answers lie, and the flag of each that has one. Where they disagree by
-- more than a factor of two, quote none without its method.
with

lifetime_values as (
    select * from {{ ref('fct_customer_lifetime_value') }}
    where not is_partial_month
),

last_month as (
    select max(mrr_month) as mrr_month
    from lifetime_values
),

final as (
    select
        lifetime_values.mrr_month,
        lifetime_values.segment_type,
        lifetime_values.segment_value,
        lifetime_values.customer_count,
        lifetime_values.arpa,
        lifetime_values.customer_lifetime_months,
        lifetime_values.restricted_mean_lifetime_months,
        lifetime_values.clv_from_churn,
        lifetime_values.clv_margin_adjusted,
        lifetime_values.clv_from_purchases,
        lifetime_values.clv_survival,
        {{ rate('lifetime_values.clv_from_purchases', 'lifetime_values.clv_from_churn') }}
            as purchases_to_churn_ratio,
        {{ rate('lifetime_values.clv_survival', 'lifetime_values.clv_from_churn') }}
            as survival_to_churn_ratio,
        lifetime_values.average_12m_churned_customer_count,
        lifetime_values.is_lifetime_unbounded,
        lifetime_values.is_company_margin,
        lifetime_values.is_extrapolated
    from lifetime_values
    inner join last_month
        on lifetime_values.mrr_month = last_month.mrr_month
    where lifetime_values.customer_count > 0
)

select * from final
order by segment_type asc, customer_count desc, segment_value asc
