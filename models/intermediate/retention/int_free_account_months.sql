with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

months as (
    select
        mrr_month,
        next_month,
        -- a month that is not over closes, so far, with the as-of date
        case
            when is_partial_month then {{ as_of_date() }}
            else cast({{ dbt.dateadd('day', -1, 'next_month') }} as date)
        end as closing_date
    from {{ ref('int_reporting_months') }}
),

live_states as (
    select
        account_id,
        valid_from,
        valid_to,
        status = 'trialing' or is_free as is_free_or_trial
    from subscription_mrr
    where {{ is_live('is_earning', 'status') }}
),

-- what is live at the end of each month
account_months as (
    select
        live_states.account_id,
        months.mrr_month,
        months.next_month,
        min(case when live_states.is_free_or_trial then 1 else 0 end) as is_only_free
    from live_states
    inner join months
        on
            live_states.valid_from <= months.closing_date
            and (live_states.valid_to is null or live_states.valid_to > months.closing_date)
    group by
        live_states.account_id,
        months.mrr_month,
        months.next_month
),

final as (
    select
        opening.account_id,
        opening.next_month as mrr_month,
        closing.account_id is null as is_churned
    from account_months as opening
    inner join months
        on opening.next_month = months.mrr_month
    left join account_months as closing
        on
            opening.account_id = closing.account_id
            and opening.next_month = closing.mrr_month
    where opening.is_only_free = 1
)

select * from final
