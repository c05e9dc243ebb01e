with

support_tickets as (
    select
        *,
        coalesce(first_response_date > {{ as_of_date() }}, false) as is_answered_later,
        coalesce(resolved_date > {{ as_of_date() }}, false) as is_resolved_later
    from {{ ref('base_support_tickets__judged') }}
),

final as (
    select
        ticket_id,
        account_id,
        user_id,
        channel,
        priority,
        opened_at,
        opened_date,
        case when not is_answered_later then first_response_at end as first_response_at,
        case when not is_answered_later then first_response_date end as first_response_date,
        case when not is_resolved_later then resolved_at end as resolved_at,
        case when not is_resolved_later then resolved_date end as resolved_date,
        agent_interactions,
        reopened_count,
        is_escalated,
        loaded_at
    from support_tickets
    where row_status = 'staged'
)

select * from final
