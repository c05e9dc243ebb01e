with

event_months as (
    select * from {{ ref('int_account_event_months') }}
),

catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

spans as (
    select * from {{ ref('int_account_tier_spans') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

final as (
    select
        event_months.account_id,
        event_months.usage_month,
        event_months.event_name,
        catalogue.feature,
        coalesce(catalogue.module, 'unknown') as module,
        spans.plan_tier,
        {{ attribute_columns('attributes') }},
        event_months.event_count,
        event_months.active_microseconds,
        event_months.first_event_date
    from event_months
    inner join attributes
        on event_months.account_id = attributes.account_id
    inner join spans
        on
            event_months.account_id = spans.account_id
            and event_months.usage_month >= spans.valid_from
            and (spans.valid_to is null or event_months.usage_month < spans.valid_to)
    left join catalogue
        on event_months.event_name = catalogue.event_name
)

select * from final
