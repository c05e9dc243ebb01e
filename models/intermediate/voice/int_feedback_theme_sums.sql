-- sqlfluff:dialect:postgres
{% set counts = [
    'comment_count', 'nps_comment_count', 'promoter_comment_count', 'detractor_comment_count',
    'churned_with_theme_count', 'said_on_leaving_count',
] %}
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
    where is_counted
),

survey_scales as (
    select * from {{ ref('survey_scales') }}
),

themes as (
    select * from {{ ref('int_feedback_themes') }}
    where text_source = 'answer'
),

churned_customer_themes as (
    select * from {{ ref('int_churned_customer_themes') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

comments as (
    select
        responses.survey_month as feedback_month,
        themes.theme,
        responses.account_id,
        responses.score_band,
        survey_scales.method = 'net_score' as is_nps
    from responses
    inner join themes
        on responses.response_id = themes.text_key
    inner join survey_scales
        on responses.survey_type = survey_scales.survey_type
),

account_rows as (
    select
        feedback_month,
        theme,
        account_id,
        1 as comment_count,
        case when is_nps then 1 else 0 end as nps_comment_count,
        case when is_nps and score_band = 'high' then 1 else 0 end as promoter_comment_count,
        case when is_nps and score_band = 'low' then 1 else 0 end as detractor_comment_count,
        0 as churned_with_theme_count,
        0 as said_on_leaving_count,
        0 as said_before_count
    from comments

    union all

    select
        churn_month as feedback_month,
        theme,
        account_id,
        0 as comment_count,
        0 as nps_comment_count,
        0 as promoter_comment_count,
        0 as detractor_comment_count,
        1 as churned_with_theme_count,
        case when is_said_on_leaving then 1 else 0 end as said_on_leaving_count,
        case when is_said_before then 1 else 0 end as said_before_count
    from churned_customer_themes
),

segmented_rows as (
    select
        account_rows.feedback_month,
        account_rows.theme,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        {%- for column in counts %}
        account_rows.{{ column }},
        {%- endfor %}
        account_rows.said_before_count
    from account_rows
    inner join attributes
        on account_rows.account_id = attributes.account_id
    left join account_months
        on
            account_rows.account_id = account_months.account_id
            and account_rows.feedback_month = account_months.mrr_month
),

final as (
    select
        feedback_month,
        theme,
        {{ segment_columns() }},
        {%- for column in counts %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        sum(said_before_count) as said_before_count
    from segmented_rows
    {{ group_by_segments(['feedback_month', 'theme']) }}
)

select * from final
