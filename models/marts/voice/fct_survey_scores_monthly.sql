{% set counts = [
    'response_count', 'high_response_count', 'low_response_count', 'net_response_count',
    'invitation_count', 'answered_invitation_count', 'open_invitation_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

sums as (
    select
        *,
        high_response_count - low_response_count as net_response_count
    from {{ ref('int_survey_sums') }}
),

survey_scales as (
    select * from {{ ref('survey_scales') }}
),

surveys as (
    select
        sums.survey_type,
        sums.touchpoint,
        survey_scales.method,
        -- one beginning for all, so that every month has the same rows
        min(min(sums.survey_month)) over () as first_month
    from sums
    inner join survey_scales
        on sums.survey_type = survey_scales.survey_type
    group by
        sums.survey_type,
        sums.touchpoint,
        survey_scales.method
),

filled_sums as (
    select
        segment_months.mrr_month as survey_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        surveys.survey_type,
        surveys.touchpoint,
        surveys.method,
        {{ zero_filled('sums', counts + ['score_sum']) }}
    from segment_months
    inner join surveys
        on segment_months.mrr_month >= surveys.first_month
    left join sums
        on
            segment_months.mrr_month = sums.survey_month
            and segment_months.segment_type = sums.segment_type
            and segment_months.segment_value = sums.segment_value
            and surveys.survey_type = sums.survey_type
            and surveys.touchpoint = sums.touchpoint
),

scores as (
    select
        *,
        {{ average_score('score_sum', 'response_count') }} as average_score,
        case
            when method = 'net_score'
                then {{ nps_score('high_response_count', 'low_response_count', 'response_count') }}
        end as nps_score,
        case
            when method = 'net_score'
                then {{ nps_score_standard_error(
                    'high_response_count', 'low_response_count', 'response_count'
                ) }}
        end as nps_score_standard_error,
        case
            when method = 'satisfied_share'
                then {{ high_score_rate('high_response_count', 'response_count') }}
        end as high_score_rate,
        case
            when method = 'satisfied_share'
                then {{ wilson_low('high_response_count', 'response_count') }}
        end as high_score_rate_ci_low,
        case
            when method = 'satisfied_share'
                then {{ wilson_high('high_response_count', 'response_count') }}
        end as high_score_rate_ci_high
    from filled_sums
),

final as (
    select
        survey_month,
        segment_type,
        segment_value,
        cast(survey_type as {{ dbt.type_string() }}) as survey_type,
        cast(touchpoint as {{ dbt.type_string() }}) as touchpoint,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        cast(score_sum as decimal(18, 4)) as score_sum,
        average_score,
        nps_score,
        nps_score_standard_error,
        {{ nps_score_low('nps_score', 'nps_score_standard_error') }} as nps_score_ci_low,
        {{ nps_score_high('nps_score', 'nps_score_standard_error') }} as nps_score_ci_high,
        high_score_rate,
        high_score_rate_ci_low,
        high_score_rate_ci_high,
        -- D-61: the metrics by their own names
        {%- for column, type, value in [
            ('csat_average', 'csat', 'average_score'),
            ('csat_satisfied_rate', 'csat', 'high_score_rate'),
            ('csat_satisfied_rate_ci_low', 'csat', 'high_score_rate_ci_low'),
            ('csat_satisfied_rate_ci_high', 'csat', 'high_score_rate_ci_high'),
            ('ces_average', 'ces', 'average_score'),
            ('ces_easy_rate', 'ces', 'high_score_rate'),
            ('ces_easy_rate_ci_low', 'ces', 'high_score_rate_ci_low'),
            ('ces_easy_rate_ci_high', 'ces', 'high_score_rate_ci_high'),
            ('feedback_average', 'feedback', 'average_score'),
        ] %}
        case when survey_type = '{{ type }}' then {{ value }} end as {{ column }},
        {%- endfor %}
        {{ survey_response_rate('answered_invitation_count', 'invitation_count') }}
            as survey_response_rate,
        {{ wilson_low('answered_invitation_count', 'invitation_count') }}
            as survey_response_rate_ci_low,
        {{ wilson_high('answered_invitation_count', 'invitation_count') }}
            as survey_response_rate_ci_high,
        open_invitation_count = 0 and not is_partial_month as is_matured,
        is_partial_month
    from scores
)

select * from final
