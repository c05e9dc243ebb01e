-- depends_on: {{ ref('int_build_clearance') }}
with

tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

final as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.user_id,
        -- `all` is the name of all channels together
        cast(
            coalesce(nullif(tickets.channel, 'all'), 'unknown') as {{ dbt.type_string() }}
        ) as channel,
        tickets.priority,
        tickets.opened_at,
        tickets.opened_date,
        {{ month_of('tickets.opened_date') }} as opened_month,
        tickets.first_response_at,
        tickets.resolved_at,
        tickets.resolved_date,
        {{ month_of('tickets.resolved_date') }} as resolved_month,
        {{ first_response_minutes('tickets.opened_at', 'tickets.first_response_at') }}
            as first_response_minutes,
        {{ resolution_hours('tickets.opened_at', 'tickets.resolved_at') }} as resolution_hours,
        cast(tickets.agent_interactions as bigint) as agent_interactions,
        cast(tickets.reopened_count as bigint) as reopened_count,
        tickets.reopened_count > 0 as is_reopened,
        tickets.is_escalated,
        tickets.resolved_date is not null as is_resolved,
        {{ is_first_contact_resolution(
            'tickets.resolved_date', 'tickets.agent_interactions', 'tickets.reopened_count'
        ) }} as is_first_contact_resolution
    from tickets
    inner join attributes
        on tickets.account_id = attributes.account_id
)

select * from final
