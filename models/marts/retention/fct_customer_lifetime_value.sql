{% set lifetime_counts = [
    'average_12m_churned_customer_count', 'average_12m_opening_customer_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
),

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

gross_margins as (
    select * from {{ ref('int_gross_margins') }}
),

purchases as (
    select * from {{ ref('int_lifetime_purchases') }}
),

restricted_means as (
    select * from {{ ref('int_restricted_means') }}
),

parts as (
    select
        mrr_months.mrr_month,
        mrr_months.segment_type,
        mrr_months.segment_value,
        mrr_months.mrr,
        mrr_months.customer_count,
        mrr_months.arpa,
        mrr_months.is_partial_month,
        mrr_months.is_provisional,
        {%- for column in lifetime_counts %}
        retention_months.{{ column }},
        {%- endfor %}
        retention_months.window_months,
        gross_margins.cost_of_revenue_12m_amount,
        gross_margins.mrr_12m_amount,
        gross_margins.margin_window_months,
        gross_margins.is_company_margin,
        purchases.invoice_count,
        purchases.invoice_amount,
        purchases.customer_days,
        {%- for column in ['subject_count', 'lost_subject_count'] %}
        coalesce(restricted_means.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        restricted_means.last_tenure_months,
        restricted_means.restricted_mean_lifetime_months,
        restricted_means.is_extrapolated
    from mrr_months
    inner join retention_months
        on
            mrr_months.mrr_month = retention_months.mrr_month
            and mrr_months.segment_type = retention_months.segment_type
            and mrr_months.segment_value = retention_months.segment_value
    inner join gross_margins
        on
            mrr_months.mrr_month = gross_margins.mrr_month
            and mrr_months.segment_type = gross_margins.segment_type
            and mrr_months.segment_value = gross_margins.segment_value
    inner join purchases
        on
            mrr_months.mrr_month = purchases.mrr_month
            and mrr_months.segment_type = purchases.segment_type
            and mrr_months.segment_value = purchases.segment_value
    left join restricted_means
        on
            mrr_months.mrr_month = restricted_means.mrr_month
            and mrr_months.segment_type = restricted_means.segment_type
            and mrr_months.segment_value = restricted_means.segment_value
),

values_from_churn as (
    select
        *,
        {{ when_month_is_over(clv_from_churn(
            'mrr', 'customer_count',
            'average_12m_churned_customer_count', 'average_12m_opening_customer_count',
        )) }} as clv_from_churn
    from parts
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        mrr,
        customer_count,
        arpa,
        {%- for column in lifetime_counts + ['window_months'] %}
        {{ column }},
        {%- endfor %}
        {{ when_month_is_over(customer_lifetime_months(
            'average_12m_churned_customer_count', 'average_12m_opening_customer_count'
        )) }} as customer_lifetime_months,
        {{ when_month_is_over(is_lifetime_unbounded('average_12m_churned_customer_count')) }}
            as is_lifetime_unbounded,
        clv_from_churn,
        cast(cost_of_revenue_12m_amount as {{ type_money() }}) as cost_of_revenue_12m_amount,
        cast(mrr_12m_amount as {{ type_money() }}) as mrr_12m_amount,
        cast(margin_window_months as bigint) as margin_window_months,
        {{ when_month_is_over(
            gross_margin_rate_12m('cost_of_revenue_12m_amount', 'mrr_12m_amount')
        ) }} as gross_margin_rate_12m,
        is_company_margin,
        {{ clv_margin_adjusted('clv_from_churn', 'cost_of_revenue_12m_amount', 'mrr_12m_amount') }}
            as clv_margin_adjusted,
        cast(invoice_count as bigint) as invoice_count,
        cast(invoice_amount as {{ type_money() }}) as invoice_amount,
        cast(customer_days as bigint) as customer_days,
        {{ average_invoice('invoice_amount', 'invoice_count') }} as average_invoice_amount,
        {{ invoices_per_customer_year('invoice_count', 'customer_days') }}
            as invoices_per_customer_year,
        {{ when_month_is_over(clv_from_purchases(
            'nullif(invoice_amount, 0)', 'customer_days',
            'average_12m_churned_customer_count', 'average_12m_opening_customer_count',
        )) }} as clv_from_purchases,
        cast({{ when_month_is_over('subject_count') }} as bigint) as survival_subject_count,
        cast({{ when_month_is_over('lost_subject_count') }} as bigint) as survival_lost_count,
        cast(last_tenure_months as bigint) as last_tenure_months,
        restricted_mean_lifetime_months,
        is_extrapolated,
        {{ when_month_is_over(
            clv_survival('mrr', 'customer_count', 'restricted_mean_lifetime_months')
        ) }} as clv_survival,
        is_partial_month,
        is_provisional
    from values_from_churn
)

select * from final
