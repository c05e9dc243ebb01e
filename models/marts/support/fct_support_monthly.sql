{% set counts = [
    'opened_ticket_count', 'opened_first_contact_count', 'escalated_ticket_count',
    'escalation_known_count', 'responded_ticket_count', 'resolved_ticket_count',
    'first_contact_count', 'interactions_known_count', 'reopened_ticket_count',
    'reopening_known_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
),

sums as (
    select * from {{ ref('int_support_sums') }}
),

channels as (
    select distinct channel
    from sums
),

filled_sums as (
    select
        mrr_months.mrr_month as support_month,
        mrr_months.segment_type,
        mrr_months.segment_value,
        mrr_months.customer_count,
        mrr_months.is_partial_month,
        channels.channel,
        {{ zero_filled('sums', counts) }},
        sums.first_response_minutes_median,
        sums.first_response_minutes_p90,
        sums.resolution_hours_median,
        sums.resolution_hours_p90
    from mrr_months
    cross join channels
    left join sums
        on
            mrr_months.mrr_month = sums.support_month
            and mrr_months.segment_type = sums.segment_type
            and mrr_months.segment_value = sums.segment_value
            and channels.channel = sums.channel
),

final as (
    select
        support_month,
        segment_type,
        segment_value,
        cast(channel as {{ dbt.type_string() }}) as channel,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        customer_count,
        {{ first_contact_resolution_rate('first_contact_count', 'interactions_known_count') }}
            as first_contact_resolution_rate,
        {{ first_contact_resolution_of_opened_rate(
            'opened_first_contact_count', 'opened_ticket_count'
        ) }} as first_contact_resolution_of_opened_rate,
        {{ reopened_rate('reopened_ticket_count', 'reopening_known_count') }} as reopened_rate,
        {{ escalated_rate('escalated_ticket_count', 'escalation_known_count') }} as escalated_rate,
        {%- for rate, successes, trials in [
            ('first_contact_resolution_rate', 'first_contact_count', 'interactions_known_count'),
            ('first_contact_resolution_of_opened_rate', 'opened_first_contact_count',
                'opened_ticket_count'),
            ('reopened_rate', 'reopened_ticket_count', 'reopening_known_count'),
            ('escalated_rate', 'escalated_ticket_count', 'escalation_known_count'),
        ] %}
        {{ wilson_low(successes, trials) }} as {{ rate }}_ci_low,
        {{ wilson_high(successes, trials) }} as {{ rate }}_ci_high,
        {%- endfor %}
        first_response_minutes_median,
        first_response_minutes_p90,
        resolution_hours_median,
        resolution_hours_p90,
        -- D-67: half a month's tickets are no month's
        {{ when_month_is_over(tickets_per_customer('opened_ticket_count', 'customer_count')) }}
            as tickets_per_customer,
        is_partial_month
    from filled_sums
)

select * from final
