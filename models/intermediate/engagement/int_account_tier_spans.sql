with

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

tiers as (
    select
        *,
        cast({{ dbt.dateadd('month', 1, 'first_month') }} as date) as second_month,
        lag(plan_tier) over (partition by account_id order by first_month) as previous_tier
    from {{ ref('int_account_tiers') }}
),

first_tiers as (
    select
        account_id,
        min(first_month) as first_month
    from tiers
    group by account_id
),

-- a month has the tier held at its opening, else at its closing: in the month of a change the one
-- before it, from the next month on the new one
final as (
    select
        attributes.account_id,
        {{ first_calendar_month() }} as valid_from,
        first_tiers.first_month as valid_to,
        cast('unknown' as {{ dbt.type_string() }}) as plan_tier
    from attributes
    left join first_tiers
        on attributes.account_id = first_tiers.account_id

    union all

    select
        account_id,
        first_month as valid_from,
        second_month as valid_to,
        coalesce(previous_tier, plan_tier, 'unknown') as plan_tier
    from tiers

    union all

    select
        account_id,
        second_month as valid_from,
        next_change_month as valid_to,
        coalesce(plan_tier, 'unknown') as plan_tier
    from tiers
    where
        next_change_month is null
        or next_change_month > second_month
)

select * from final
