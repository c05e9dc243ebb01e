-- depends_on: {{ ref('int_build_clearance') }}
with

responses as (
    select
        *,
        {{ month_of('responded_date') }} as survey_month,
        -- `all` is the name of all touchpoints together
        coalesce(nullif(touchpoint, 'all'), 'unknown') as named_touchpoint
    from {{ ref('stg_survey_responses') }}
),

survey_scales as (
    select * from {{ ref('survey_scales') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- D-60: who answers a survey twice in a month counts once, with the latest answer
ranked_responses as (
    select
        *,
        row_number() over (
            partition by
                survey_month,
                survey_type,
                named_touchpoint,
                user_id,
                case when user_id is null then account_id end
            order by
                responded_at desc,
                {{ by_bytes('response_id') }} desc
        ) as place
    from responses
),

final as (
    select
        responses.response_id,
        responses.account_id,
        responses.user_id,
        responses.invitation_id,
        cast(responses.survey_type as {{ dbt.type_string() }}) as survey_type,
        cast(responses.named_touchpoint as {{ dbt.type_string() }}) as touchpoint,
        responses.survey_month,
        responses.responded_date,
        responses.responded_at,
        responses.score,
        cast(
            {{ score_band('responses.score', 'survey_scales.low_max', 'survey_scales.high_min') }}
            as {{ dbt.type_string() }}
        ) as score_band,
        responses.place = 1 as is_counted,
        responses.comment is not null as is_commented,
        {{ free_text('responses.comment') }} as comment  -- noqa: RF04
    from ranked_responses as responses
    inner join attributes
        on responses.account_id = attributes.account_id
    inner join survey_scales
        on responses.survey_type = survey_scales.survey_type
)

select * from final
