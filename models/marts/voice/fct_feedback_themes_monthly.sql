{% set counts = [
    'comment_count', 'nps_comment_count', 'promoter_comment_count', 'detractor_comment_count',
    'net_promoter_comment_count', 'churned_with_theme_count', 'said_on_leaving_count',
    'said_before_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
),

feedback_themes as (
    select * from {{ ref('feedback_themes') }}
),

sums as (
    select
        *,
        promoter_comment_count - detractor_comment_count as net_promoter_comment_count
    from {{ ref('int_feedback_theme_sums') }}
),

themes as (
    select theme from feedback_themes

    union distinct

    select '{{ untagged() }}' as theme
),

filled_sums as (
    select
        retention_months.mrr_month as feedback_month,
        retention_months.segment_type,
        retention_months.segment_value,
        themes.theme,
        retention_months.churned_customer_count,
        retention_months.is_partial_month,
        {{ zero_filled('sums', counts) }}
    from retention_months
    cross join themes
    left join sums
        on
            retention_months.mrr_month = sums.feedback_month
            and retention_months.segment_type = sums.segment_type
            and retention_months.segment_value = sums.segment_value
            and themes.theme = sums.theme
),

final as (
    select
        feedback_month,
        segment_type,
        segment_value,
        cast(theme as {{ dbt.type_string() }}) as theme,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ nps_score(
            'promoter_comment_count', 'detractor_comment_count', 'nps_comment_count'
        ) }} as theme_nps_score,
        churned_customer_count,
        {{ churned_customer_theme_rate('churned_with_theme_count', 'churned_customer_count') }}
            as churned_customer_theme_rate,
        {{ wilson_low('churned_with_theme_count', 'churned_customer_count') }}
            as churned_customer_theme_rate_ci_low,
        {{ wilson_high('churned_with_theme_count', 'churned_customer_count') }}
            as churned_customer_theme_rate_ci_high,
        is_partial_month
    from filled_sums
)

select * from final
