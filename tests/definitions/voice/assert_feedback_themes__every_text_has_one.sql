-- Every comment has a theme or is untagged, never both; each customer lost is in at least one row
-- of its month, and none is counted more often than it was lost.
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
    where is_commented
),

themes as (
    select
        text_key,
        count(*) as theme_count,
        max(case when theme = '{{ untagged() }}' then 1 else 0 end) as untagged_count
    from {{ ref('int_feedback_themes') }}
    where text_source = 'answer'
    group by text_key
),

theme_months as (
    select
        feedback_month,
        segment_type,
        segment_value,
        max(churned_customer_count) as churned_customer_count,
        sum(churned_with_theme_count) as said_count,
        max(churned_with_theme_count) as most_said_count,
        sum(
            case
                when promoter_comment_count + detractor_comment_count > nps_comment_count then 1
                when nps_comment_count > comment_count then 1
                when theme = '{{ untagged() }}' then 0
                when said_on_leaving_count > churned_with_theme_count then 1
                when said_before_count > churned_with_theme_count then 1
                when said_on_leaving_count + said_before_count < churned_with_theme_count then 1
                else 0
            end
        ) as broken_count
    from {{ ref('fct_feedback_themes_monthly') }}
    group by
        feedback_month,
        segment_type,
        segment_value
)

select
    'comment' as what,
    responses.response_id as which_one
from responses
left join themes
    on responses.response_id = themes.text_key
where
    themes.text_key is null
    or (themes.untagged_count = 1 and themes.theme_count > 1)

union all

select
    'month' as what,
    concat(segment_type, ' ', segment_value) as which_one
from theme_months
where
    broken_count > 0
    or said_count < churned_customer_count
    or most_said_count > churned_customer_count
