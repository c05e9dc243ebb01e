-- Do detractors leave? Of the customers at the end of each quarter, by the account's last NPS
-- answer of that quarter: how many are no customers at the end of the next one. A quarter whose
-- next one is not over is left out. Few answers make wide intervals: read them before the rate.
with

answers as (
    select * from {{ ref('fct_survey_responses') }}
    where survey_type = 'nps' and is_counted
),

account_months as (
    select * from {{ ref('fct_account_months') }}
    where closing_mrr > 0
),

months as (
    select * from {{ ref('dim_months') }}
),

-- a quarter by its last month, and the last month of the next one
quarters as (
    select
        months.quarter_start_date,
        months.quarter_label,
        months.calendar_month as closing_month,
        next_closings.calendar_month as next_closing_month
    from months
    inner join months as next_closings
        on
            next_closings.calendar_month
            = cast({{ dbt.dateadd('month', 3, 'months.calendar_month') }} as date)
    where
        months.month_number in (3, 6, 9, 12)
        and not next_closings.is_partial_month
),

ranked_answers as (
    select
        months.quarter_start_date,
        answers.account_id,
        answers.score_band,
        row_number() over (
            partition by months.quarter_start_date, answers.account_id
            order by answers.responded_at desc, answers.response_id desc
        ) as place
    from answers
    inner join months
        on answers.survey_month = months.calendar_month
),

customers as (
    select
        quarters.quarter_label,
        coalesce(ranked_answers.score_band, 'no answer') as last_answer,
        case when still_there.account_id is null then 1 else 0 end as is_lost,
        opening.closing_mrr
    from quarters
    inner join account_months as opening
        on quarters.closing_month = opening.mrr_month
    left join account_months as still_there
        on
            opening.account_id = still_there.account_id
            and quarters.next_closing_month = still_there.mrr_month
    left join ranked_answers
        on
            opening.account_id = ranked_answers.account_id
            and quarters.quarter_start_date = ranked_answers.quarter_start_date
            and ranked_answers.place = 1
),

counts as (
    select
        quarter_label,
        last_answer,
        count(*) as customer_count,
        sum(is_lost) as lost_count,
        sum(case when is_lost = 1 then closing_mrr else 0 end) as lost_mrr
    from customers
    group by
        quarter_label,
        last_answer

    union all

    select
        'all quarters' as quarter_label,
        last_answer,
        count(*) as customer_count,
        sum(is_lost) as lost_count,
        sum(case when is_lost = 1 then closing_mrr else 0 end) as lost_mrr
    from customers
    group by last_answer
),

final as (
    select
        *,
        {{ rate('lost_count', 'customer_count') }} as next_quarter_churn_rate,
        {{ wilson_low('lost_count', 'customer_count') }} as next_quarter_churn_rate_ci_low,
        {{ wilson_high('lost_count', 'customer_count') }} as next_quarter_churn_rate_ci_high
    from counts
)

select * from final
order by quarter_label desc, last_answer asc
