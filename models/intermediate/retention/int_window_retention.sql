-- sqlfluff:dialect:postgres
with

windows as (
    select * from {{ ref('int_retention_windows') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

closings as (
    select
        account_id,
        mrr_month,
        closing_mrr,
        closing_plan_tier,
        is_provisional,
        sum(fx_amount) over (
            partition by account_id
            order by mrr_month
            rows between unbounded preceding and current row
        ) as fx_to_date
    from account_months
),

-- two points and nothing between them: a member that left and is back at closing counts
members as (
    select
        windows.window_type,
        windows.window_start_date,
        windows.closing_month,
        opening.account_id,
        opening.closing_plan_tier as plan_tier,
        opening.closing_mrr as opening_mrr,
        coalesce(closing.closing_mrr, 0) as closing_mrr,
        -- NULL, as nobody asks for it, where nothing is left at closing
        closing.fx_to_date - opening.fx_to_date as fx_amount,
        closing.is_provisional
    from windows
    inner join closings as opening
        on
            windows.opening_month = opening.mrr_month
            and opening.closing_mrr > 0
    left join closings as closing
        on
            opening.account_id = closing.account_id
            and windows.closing_month = closing.mrr_month
),

members_without_fx as (
    select
        members.window_type,
        members.window_start_date,
        members.closing_month,
        members.plan_tier,
        {{ attribute_columns('attributes') }},
        members.opening_mrr,
        members.closing_mrr,
        members.closing_mrr
        - {{ net_month_fx_amount('members.closing_mrr', 'members.fx_amount') }}
            as closing_mrr_without_fx,
        members.is_provisional
    from members
    inner join attributes
        on members.account_id = attributes.account_id
),

final as (
    select
        window_type,
        window_start_date,
        closing_month,
        {{ segment_columns() }},
        count(*) as opening_customer_count,
        sum(case when closing_mrr = 0 then 1 else 0 end) as churned_customer_count,
        sum(opening_mrr) as opening_mrr,
        sum({{ retained_mrr('opening_mrr', 'closing_mrr_without_fx') }}) as retained_mrr,
        sum(closing_mrr_without_fx) as opening_customers_closing_mrr,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional
    from members_without_fx
    {{ group_by_segments(['window_type', 'window_start_date', 'closing_month']) }}
)

select * from final
