with

users as (
    select
        *,
        coalesce(deactivated_date > {{ as_of_date() }}, false) as is_deactivated_later
    from {{ ref('base_users__judged') }}
),

final as (
    select
        user_id,
        account_id,
        created_at,
        created_date,
        role,
        case when not is_deactivated_later then deactivated_at end as deactivated_at,
        case when not is_deactivated_later then deactivated_date end as deactivated_date,
        loaded_at
    from users
    where row_status = 'staged'
)

select * from final
