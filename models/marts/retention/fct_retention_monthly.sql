{% set month_counts = ['opening_customer_count', 'churned_customer_count'] %}
{% set window_amounts = ['opening_mrr', 'retained_mrr', 'opening_customers_closing_mrr'] %}
{% set all_counts = month_counts + ['intra_month_churned_count'] %}
{% set month_amounts = window_amounts + ['expansion_mrr', 'contraction_mrr', 'churned_mrr'] %}
{% set pooled_counts = ['average_12m_' ~ month_counts[1], 'average_12m_' ~ month_counts[0]] %}
{% set free_counts = ['opening_free_account_count', 'churned_free_account_count'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

month_sums as (
    select * from {{ ref('int_retention_months') }}
),

window_sums as (
    select * from {{ ref('int_window_retention') }}
    where window_type = 'trailing_12'
),

free_accounts as (
    select * from {{ ref('int_free_account_churn') }}
),

sums as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        coalesce(month_sums.is_provisional, false) as is_provisional,
        {%- for kind in churn_kinds() %}
        coalesce(month_sums.{{ kind }}_customer_count, 0) as {{ kind }}_customer_count,
        {%- endfor %}
        {%- for column in month_counts + window_amounts %}
        coalesce(window_sums.{{ column }}, 0) as trailing_12_{{ column }},
        {%- endfor %}
        {{ zero_filled('free_accounts', free_counts) }},
        {{ zero_filled('month_sums', all_counts + month_amounts) }}
    from segment_months
    {{ join_segment_months('month_sums') }}
    {{ join_segment_months('window_sums', 'closing_month') }}
    {{ join_segment_months('free_accounts') }}
),

-- the average of 12 months is pooled, so that a month with few customers weighs little
pooled_sums as (
    select
        *,
        contraction_mrr + churned_mrr as lost_mrr,
        {%- for column in pooled_counts %}
        sum({{ column.removeprefix('average_12m_') }}) over (
            partition by segment_type, segment_value
            order by mrr_month
            rows between 11 preceding and current row
        ) as {{ column }},
        {%- endfor %}
        count(*) over (
            partition by segment_type, segment_value
            order by mrr_month
            rows between 11 preceding and current row
        ) as window_months
    from sums
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        {%- for column in all_counts + free_counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'customer_churn_rate',
            customer_churn_rate('churned_customer_count', 'opening_customer_count'),
            ['churned_customer_count', 'opening_customer_count'],
        ) }},
        {{ rate_with_interval(
            'customer_retention_rate',
            customer_retention_rate('churned_customer_count', 'opening_customer_count'),
            ['(opening_customer_count - churned_customer_count)', 'opening_customer_count'],
        ) }},
        {%- for kind in churn_kinds() %}
        cast({{ kind }}_customer_count as bigint) as {{ kind }}_customer_count,
        {{ rate_with_interval(
            kind ~ '_churn_rate',
            customer_churn_rate(kind ~ '_customer_count', 'opening_customer_count'),
            [kind ~ '_customer_count', 'opening_customer_count'],
        ) }},
        {%- endfor %}
        {{ when_month_is_over(annualised_customer_churn_rate(
            customer_churn_rate('churned_customer_count', 'opening_customer_count')
        )) }} as annualised_customer_churn_rate,
        {%- for column in month_amounts + ['lost_mrr'] %}
        cast({{ column }} as {{ type_money() }}) as {{ column }},
        {%- endfor %}
        {{ when_month_is_over(
            gross_mrr_churn_rate('churned_mrr', 'contraction_mrr', 'opening_mrr')
        ) }} as gross_mrr_churn_rate,
        {{ when_month_is_over(net_mrr_churn_rate('lost_mrr', 'expansion_mrr', 'opening_mrr')) }}
            as net_mrr_churn_rate,
        {{ when_month_is_over('(lost_mrr + expansion_mrr > 0)') }}
            as is_net_negative_churn,
        {{ when_month_is_over(gross_revenue_retention_rate('retained_mrr', 'opening_mrr')) }}
            as gross_revenue_retention_rate,
        {{ when_month_is_over(
            net_revenue_retention_rate('opening_customers_closing_mrr', 'opening_mrr')
        ) }} as net_revenue_retention_rate,
        {%- for column in month_counts + window_amounts %}
        cast(
            trailing_12_{{ column }}
            as {{ type_money() if column.endswith('_mrr') else 'bigint' }}
        ) as trailing_12_{{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'trailing_12_customer_churn_rate',
            customer_churn_rate(
                'trailing_12_churned_customer_count', 'trailing_12_opening_customer_count'
            ),
            ['trailing_12_churned_customer_count', 'trailing_12_opening_customer_count'],
        ) }},
        {{ when_month_is_over(gross_revenue_retention_rate(
            'trailing_12_retained_mrr', 'trailing_12_opening_mrr'
        )) }} as trailing_12_gross_revenue_retention_rate,
        {{ when_month_is_over(net_revenue_retention_rate(
            'trailing_12_opening_customers_closing_mrr', 'trailing_12_opening_mrr'
        )) }} as trailing_12_net_revenue_retention_rate,
        {%- for column in pooled_counts + ['window_months'] %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'average_monthly_churn_rate_12m',
            average_monthly_churn_rate_12m(pooled_counts[0], pooled_counts[1]),
            pooled_counts,
        ) }},
        {{ rate_with_interval(
            'free_account_churn_rate',
            free_account_churn_rate('churned_free_account_count', 'opening_free_account_count'),
            ['churned_free_account_count', 'opening_free_account_count'],
        ) }},
        is_partial_month,
        is_provisional
    from pooled_sums
)

select * from final
