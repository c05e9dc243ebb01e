with

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

users as (
    select * from {{ ref('stg_users') }}
    where {{ is_champion('role') }}
),

days as (
    select
        {%- for length in [30, 90, 120] %}
        cast({{ dbt.dateadd('day', -length, 'as_of_date') }} as date) as day_{{ length }}_before,
        {%- endfor %}
        as_of_date
    from (select {{ as_of_date() }} as as_of_date) as last_day
),

-- D-78: active is seen in the 30 days up to a day, and not switched off by then
champion_days as (
    select
        user_days.account_id,
        case
            when
                user_days.occurred_date > days.day_30_before
                and users.deactivated_date is null
                then 1
            else 0
        end as is_active,
        case
            when
                user_days.occurred_date > days.day_120_before
                and user_days.occurred_date <= days.day_90_before
                and (
                    users.deactivated_date is null
                    or users.deactivated_date > days.day_90_before
                )
                then 1
            else 0
        end as was_active
    from user_days
    inner join users
        on user_days.user_id = users.user_id
    inner join days
        on user_days.occurred_date > days.day_120_before
),

final as (
    select
        account_id,
        max(is_active) = 1 as has_active_champion,
        max(was_active) = 1 as had_active_champion_90d_before
    from champion_days
    group by account_id
)

select * from final
