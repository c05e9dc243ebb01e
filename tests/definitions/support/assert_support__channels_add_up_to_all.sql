-- Channels add up to the row of all of them, and those to the tickets; what is part of a count is
-- no more than it, and the median is no more than the 90th percentile.
{%- set counts = [
    'opened_ticket_count', 'opened_first_contact_count', 'escalated_ticket_count',
    'escalation_known_count', 'responded_ticket_count', 'resolved_ticket_count',
    'first_contact_count', 'interactions_known_count', 'reopened_ticket_count',
    'reopening_known_count',
] %}
with

support_months as (
    select * from {{ ref('fct_support_monthly') }}
),

tickets as (
    select * from {{ ref('fct_support_tickets') }}
),

ticket_months as (
    select
        opened_month,
        count(*) as ticket_count
    from tickets
    group by opened_month
),

sums as (
    select
        support_month,
        segment_type,
        segment_value,
        {%- for column in counts %}
        sum(case when channel = 'all' then {{ column }} else -{{ column }} end)
            as {{ column }}_missing,
        {%- endfor %}
        sum(case when channel = 'all' then opened_ticket_count else 0 end) as opened_ticket_count,
        sum(
            case
                when opened_first_contact_count > opened_ticket_count then 1
                when escalated_ticket_count > escalation_known_count then 1
                when escalation_known_count > opened_ticket_count then 1
                when responded_ticket_count > opened_ticket_count then 1
                when first_contact_count > interactions_known_count then 1
                when interactions_known_count > resolved_ticket_count then 1
                when reopened_ticket_count > reopening_known_count then 1
                when reopening_known_count > resolved_ticket_count then 1
                when first_response_minutes_median > first_response_minutes_p90 then 1
                when resolution_hours_median > resolution_hours_p90 then 1
                else 0
            end
        ) as broken_count
    from support_months
    group by
        support_month,
        segment_type,
        segment_value
)

select
    sums.*,
    ticket_months.ticket_count
from sums
left join ticket_months
    on
        sums.support_month = ticket_months.opened_month
        and sums.segment_type = 'total'
where
    sums.broken_count > 0
    {%- for column in counts %}
    or sums.{{ column }}_missing != 0
    {%- endfor %}
    or (
        sums.segment_type = 'total'
        and sums.opened_ticket_count != coalesce(ticket_months.ticket_count, 0)
    )
