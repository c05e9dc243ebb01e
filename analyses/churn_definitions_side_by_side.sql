-- What churn and retention are, month by month, by each definition: when two reports disagree,
-- the first thing to look at is which of these columns each of them shows.
with

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

final as (
    select
        mrr_month,
        opening_customer_count,
        churned_customer_count,
        intra_month_churned_count,
        customer_churn_rate,
        customer_churn_rate_ci_low,
        customer_churn_rate_ci_high,
        {%- for kind in churn_kinds() %}
        {{ kind }}_churn_rate,
        {%- endfor %}
        gross_mrr_churn_rate,
        net_mrr_churn_rate,
        gross_revenue_retention_rate,
        net_revenue_retention_rate,
        trailing_12_customer_churn_rate,
        trailing_12_gross_revenue_retention_rate,
        trailing_12_net_revenue_retention_rate,
        annualised_customer_churn_rate,
        average_monthly_churn_rate_12m
    from retention_months
    where
        segment_type = 'total'
        and segment_value = 'all'
)

select * from final
order by mrr_month desc
