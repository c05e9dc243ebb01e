-- sqlfluff:dialect:postgres
{% set counts = [
    'opened_ticket_count', 'opened_first_contact_count', 'escalated_ticket_count',
    'escalation_known_count', 'responded_ticket_count', 'resolved_ticket_count',
    'first_contact_count', 'interactions_known_count', 'reopened_ticket_count',
    'reopening_known_count',
] %}
with

tickets as (
    select * from {{ ref('fct_support_tickets') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

-- a ticket happens twice: in the month it was opened, and in the one it was resolved
ticket_rows as (
    select
        account_id,
        opened_month as support_month,
        channel,
        first_response_minutes,
        cast(null as {{ type_double() }}) as resolution_hours,
        1 as opened_ticket_count,
        case when is_first_contact_resolution then 1 else 0 end as opened_first_contact_count,
        case when is_escalated then 1 else 0 end as escalated_ticket_count,
        case when is_escalated is not null then 1 else 0 end as escalation_known_count,
        case when first_response_minutes is not null then 1 else 0 end as responded_ticket_count,
        0 as resolved_ticket_count,
        0 as first_contact_count,
        0 as interactions_known_count,
        0 as reopened_ticket_count,
        0 as reopening_known_count
    from tickets

    union all

    select
        account_id,
        resolved_month as support_month,
        channel,
        cast(null as {{ type_double() }}) as first_response_minutes,
        resolution_hours,
        0 as opened_ticket_count,
        0 as opened_first_contact_count,
        0 as escalated_ticket_count,
        0 as escalation_known_count,
        0 as responded_ticket_count,
        1 as resolved_ticket_count,
        case when is_first_contact_resolution then 1 else 0 end as first_contact_count,
        case when is_first_contact_resolution is not null then 1 else 0 end
            as interactions_known_count,
        case when is_reopened then 1 else 0 end as reopened_ticket_count,
        case when is_reopened is not null then 1 else 0 end as reopening_known_count
    from tickets
    where is_resolved
),

-- each ticket counts in its channel and in all of them
grouped_rows as (
    {%- for channel in ['ticket_rows.channel', "'all'"] %}
    {{ 'union all' if not loop.first }}
    select
        ticket_rows.support_month,
        {{ channel }} as channel,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        {%- for column in counts %}
        ticket_rows.{{ column }},
        {%- endfor %}
        ticket_rows.first_response_minutes,
        ticket_rows.resolution_hours
    from ticket_rows
    inner join attributes
        on ticket_rows.account_id = attributes.account_id
    left join account_months
        on
            ticket_rows.account_id = account_months.account_id
            and ticket_rows.support_month = account_months.mrr_month
    {%- endfor %}
),

final as (
    select
        support_month,
        channel,
        {{ segment_columns() }},
        {%- for column in counts %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        {{ percentile('first_response_minutes', 0.5) }} as first_response_minutes_median,
        {{ percentile('first_response_minutes', 0.9) }} as first_response_minutes_p90,
        {{ percentile('resolution_hours', 0.5) }} as resolution_hours_median,
        {{ percentile('resolution_hours', 0.9) }} as resolution_hours_p90
    from grouped_rows
    {{ group_by_segments(['support_month', 'channel']) }}
)

select * from final
