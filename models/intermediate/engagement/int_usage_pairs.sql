with

pairs as (
    select
        user_id,
        account_id as event_account_id
    from {{ ref('base_usage_parents__judged') }}
    where row_status = 'staged'
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

users as (
    select * from {{ ref('stg_users') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- a company without a users table: a user belongs where it was first seen
ranked_pairs as (
    select
        pairs.user_id,
        pairs.event_account_id,
        row_number() over (
            partition by pairs.user_id
            order by min(user_days.occurred_date), {{ by_bytes('pairs.event_account_id') }}
        ) as place
    from pairs
    inner join user_days
        on
            pairs.user_id = user_days.user_id
            and pairs.event_account_id = user_days.account_id
    group by
        pairs.user_id,
        pairs.event_account_id
),

first_accounts as (
    select
        user_id,
        event_account_id as account_id
    from ranked_pairs
    where place = 1
),

-- D-71: a user belongs to its account, wherever it has been seen
own_accounts as (
    select
        ranked_pairs.user_id,
        ranked_pairs.event_account_id,
        coalesce(users.account_id, first_accounts.account_id) as account_id
    from ranked_pairs
    inner join first_accounts
        on ranked_pairs.user_id = first_accounts.user_id
    left join users
        on ranked_pairs.user_id = users.user_id
),

final as (
    select
        own_accounts.user_id,
        own_accounts.event_account_id,
        own_accounts.account_id
    from own_accounts
    inner join attributes
        on own_accounts.account_id = attributes.account_id
)

select * from final
