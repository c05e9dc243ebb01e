{{ config(materialized='table') }}

with

accounts as (
    {{ parent_keys('accounts', ref('base_accounts__judged')) }}
),

users as (
    select
        user_id,
        min(account_id) as account_id
    from {{ ref('base_users__judged') }}
    where row_status = 'staged'
    group by user_id
),

user_count as (
    select count(*) as user_count
    from users
),

user_days as (
    select * from {{ ref('base_usage_user_days') }}
),

pairs as (
    select
        coalesce(user_id, '') as user_id,
        coalesce(account_id, '') as account_id,
        day_outcome,
        sum(event_count) as event_count
    from user_days
    group by coalesce(user_id, ''), coalesce(account_id, ''), day_outcome
),

-- a company without a users table may still have events: then no user is unknown
parents as (
    select
        pairs.user_id,
        pairs.account_id,
        pairs.day_outcome,
        pairs.event_count,
        accounts.account_id is null
        or (users.user_id is null and user_count.user_count > 0) as has_unknown_parent,
        coalesce(users.account_id <> pairs.account_id, false) as is_of_another_account
    from pairs
    left join accounts on pairs.account_id = accounts.account_id
    left join users on pairs.user_id = users.user_id
    cross join user_count
),

final as (
    select
        user_id,
        account_id,
        day_outcome,
        case
            when day_outcome = 'staged' and has_unknown_parent then 'rejected'
            when day_outcome in ('staged', 'not_yet_seen') then day_outcome
            else 'rejected'
        end as row_status,
        case
            when day_outcome = 'staged' and has_unknown_parent then 'unknown_parent'
            when day_outcome not in ('staged', 'not_yet_seen') then day_outcome
        end as first_rule,
        is_of_another_account,
        event_count
    from parents
)

select * from final
