with

events as (
    select * from {{ ref('stg_usage_events') }}
),

onboarding_steps as (
    select * from {{ ref('onboarding_steps') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- the one look at usage: a handful of events, the first day of each
first_events as (
    select
        account_id,
        event_name,
        min(occurred_date) as first_date
    from events
    where event_name in (select onboarding_steps.event_name from onboarding_steps)
    group by
        account_id,
        event_name
),

-- internal accounts have no attributes
final as (
    select
        first_events.account_id,
        first_events.event_name,
        first_events.first_date
    from first_events
    inner join attributes
        on first_events.account_id = attributes.account_id
)

select * from final
