-- sqlfluff:dialect:postgres
{% set counts = [
    'response_count', 'high_response_count', 'low_response_count', 'invitation_count',
    'answered_invitation_count', 'open_invitation_count',
] %}
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
    where is_counted
),

invitations as (
    select * from {{ ref('int_survey_invitations') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

account_rows as (
    select
        survey_month,
        survey_type,
        touchpoint,
        account_id,
        1 as response_count,
        case when score_band = 'high' then 1 else 0 end as high_response_count,
        case when score_band = 'low' then 1 else 0 end as low_response_count,
        score as score_sum,
        0 as invitation_count,
        0 as answered_invitation_count,
        0 as open_invitation_count
    from responses

    union all

    select
        survey_month,
        survey_type,
        touchpoint,
        account_id,
        0 as response_count,
        0 as high_response_count,
        0 as low_response_count,
        0 as score_sum,
        1 as invitation_count,
        case when is_answered then 1 else 0 end as answered_invitation_count,
        case when is_open then 1 else 0 end as open_invitation_count
    from invitations
),

-- each row counts at its touchpoint and at all of them
grouped_rows as (
    {%- for touchpoint in ['account_rows.touchpoint', "'all'"] %}
    {{ 'union all' if not loop.first }}
    select
        account_rows.survey_month,
        account_rows.survey_type,
        {{ touchpoint }} as touchpoint,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        {%- for column in counts %}
        account_rows.{{ column }},
        {%- endfor %}
        account_rows.score_sum
    from account_rows
    inner join attributes
        on account_rows.account_id = attributes.account_id
    left join account_months
        on
            account_rows.account_id = account_months.account_id
            and account_rows.survey_month = account_months.mrr_month
    {%- endfor %}
),

final as (
    select
        survey_month,
        survey_type,
        touchpoint,
        {{ segment_columns() }},
        {%- for column in counts %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        sum(score_sum) as score_sum
    from grouped_rows
    {{ group_by_segments(['survey_month', 'survey_type', 'touchpoint']) }}
)

select * from final
