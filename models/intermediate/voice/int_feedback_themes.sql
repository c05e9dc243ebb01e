with

responses as (
    select * from {{ ref('stg_survey_responses') }}
    where comment is not null
),

churn_kinds as (
    select * from {{ ref('int_churn_kinds') }}
),

feedback_themes as (
    select * from {{ ref('feedback_themes') }}
),

-- a reason is written too_expensive, or by hand: either way it is text
texts as (
    select
        'answer' as text_source,
        response_id as text_key,
        {{ comparable_text('comment') }} as words
    from responses

    union all

    select distinct
        'cancellation' as text_source,
        subscription_id as text_key,
        {{ comparable_text(
            "concat(coalesce(cancel_reason, ''), ' ', coalesce(cancel_comment, ''))"
        ) }} as words
    from churn_kinds
    where cancel_reason is not null or cancel_comment is not null
),

keywords as (
    select
        theme,
        keyword like '*%' as is_inside_words,
        {{ comparable_text('keyword') }} as keyword
    from feedback_themes
),

-- several keywords of a theme in one text are the theme once
found_themes as (
    select distinct
        texts.text_source,
        texts.text_key,
        keywords.theme
    from texts
    inner join keywords
        on {{ mentions('texts.words', 'keywords.keyword', 'keywords.is_inside_words') }}
    where keywords.keyword != ''
),

final as (
    select
        texts.text_source,
        texts.text_key,
        coalesce(found_themes.theme, '{{ untagged() }}') as theme
    from texts
    left join found_themes
        on
            texts.text_source = found_themes.text_source
            and texts.text_key = found_themes.text_key
)

select * from final
