{%- set counts = ['dau', 'wau', 'mau'] -%}

with

changes as (
    select * from {{ ref('int_active_user_changes') }}
),

spans as (
    select * from {{ ref('int_account_tier_spans') }}
),

-- a day on which the tier may change has a row, whether or not anybody came or went
points as (
    select
        {%- for name in counts %}
        {{ name }}_change,
        {%- endfor %}
        account_id,
        change_date
    from changes

    union all

    select
        {%- for name in counts %}
        0 as {{ name }}_change,
        {%- endfor %}
        account_id,
        valid_from as change_date
    from spans
    where valid_from <= {{ as_of_date() }}
),

account_days as (
    select
        {%- for name in counts %}
        sum({{ name }}_change) as {{ name }}_change,
        {%- endfor %}
        account_id,
        change_date
    from points
    group by
        account_id,
        change_date
),

balances as (
    select
        account_days.*,
        spans.plan_tier,
        {%- for name in counts %}
        sum(account_days.{{ name }}_change) over (
            partition by account_days.account_id
            order by account_days.change_date
            rows between unbounded preceding and current row
        ) as {{ name }},
        {%- endfor %}
        lag(spans.plan_tier) over (
            partition by account_days.account_id
            order by account_days.change_date
        ) as previous_tier
    from account_days
    inner join spans
        on
            account_days.account_id = spans.account_id
            and account_days.change_date >= spans.valid_from
            and (spans.valid_to is null or account_days.change_date < spans.valid_to)
),

-- where the tier changes, whoever counts on that day moves with the account
tier_changes as (
    select
        {%- for name in counts %}
        case when plan_tier = previous_tier then {{ name }}_change else {{ name }} end
            as {{ name }}_change,
        {%- endfor %}
        account_id,
        change_date,
        plan_tier
    from balances

    union all

    select
        {%- for name in counts %}
        {{ name }}_change - {{ name }} as {{ name }}_change,
        {%- endfor %}
        account_id,
        change_date,
        previous_tier as plan_tier
    from balances
    where plan_tier != previous_tier
),

final as (
    select *
    from tier_changes
    where
        dau_change != 0
        or wau_change != 0
        or mau_change != 0
)

select * from final
