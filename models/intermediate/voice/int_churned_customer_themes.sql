with

churned_customers as (
    select * from {{ ref('fct_churned_customers') }}
    where not is_intra_month
),

responses as (
    select * from {{ ref('fct_survey_responses') }}
    where is_commented
),

themes as (
    select * from {{ ref('int_feedback_themes') }}
    where theme != '{{ untagged() }}'
),

said_themes as (
    select
        churned_customers.account_id,
        churned_customers.churn_month,
        themes.theme,
        1 as is_said_on_leaving,
        0 as is_said_before
    from churned_customers
    inner join themes
        on
            churned_customers.subscription_id = themes.text_key
            and themes.text_source = 'cancellation'

    union all

    select
        churned_customers.account_id,
        churned_customers.churn_month,
        themes.theme,
        0 as is_said_on_leaving,
        1 as is_said_before
    from churned_customers
    inner join responses
        on
            churned_customers.account_id = responses.account_id
            and churned_customers.churn_date >= responses.responded_date
            and {{ churn_feedback_begin('churned_customers.churn_date') }}
            <= responses.responded_date
    inner join themes
        on
            responses.response_id = themes.text_key
            and themes.text_source = 'answer'
),

customer_themes as (
    select
        account_id,
        churn_month,
        theme,
        max(is_said_on_leaving) as said_on_leaving,
        max(is_said_before) as said_before
    from said_themes
    group by
        account_id,
        churn_month,
        theme
),

-- who said nothing that has a theme is untagged
final as (
    select
        churned_customers.account_id,
        churned_customers.churn_month,
        coalesce(customer_themes.theme, '{{ untagged() }}') as theme,
        coalesce(customer_themes.said_on_leaving = 1, false) as is_said_on_leaving,
        coalesce(customer_themes.said_before = 1, false) as is_said_before
    from churned_customers
    left join customer_themes
        on
            churned_customers.account_id = customer_themes.account_id
            and churned_customers.churn_month = customer_themes.churn_month
)

select * from final
