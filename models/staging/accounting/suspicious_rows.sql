{{ config(materialized='table') }}

{%- set tables = raw_tables() | reject('equalto', 'usage_events') | list -%}
{%- set warnings = [('support_tickets', 'first_response_after_resolution')] -%}
{%- for table in tables -%}
{%- do warnings.append((table, 'implausible_date')) -%}
{%- endfor %}

with

{% for table in tables -%}
{{ table }} as (
    select * from {{ ref('base_' ~ table ~ '__judged') }}
    where row_status = 'staged'
),

{% endfor -%}
user_days as (
    select * from {{ ref('base_usage_user_days') }}
    where day_outcome = 'staged'
),

usage_parents as (
    select * from {{ ref('base_usage_parents__judged') }}
    where row_status = 'staged'
),

account_days as (
    select
        user_days.account_id,
        user_days.occurred_date,
        sum(user_days.event_count) as event_count
    from user_days
    inner join usage_parents
        on
            user_days.user_id = usage_parents.user_id
            and user_days.account_id = usage_parents.account_id
    group by user_days.account_id, user_days.occurred_date
),

-- a day counts once: before its account's first day, or else without a subscription
early_usage as (
    select
        account_days.event_count,
        case
            when account_days.occurred_date < accounts.created_date then 'before_account'
            else 'without_subscription'
        end as warning
    from account_days
    inner join accounts on account_days.account_id = accounts.account_id
    where
        account_days.occurred_date < accounts.created_date
        or not exists (
            select 1
            from subscriptions
            where
                subscriptions.account_id = account_days.account_id
                and subscriptions.created_date <= account_days.occurred_date
                and (
                    subscriptions.ended_date is null
                    or subscriptions.ended_date > account_days.occurred_date
                )
        )
),

stray_states as (
    select
        case
            when subscription_changes.effective_date < subscriptions.created_date
                then 'before_creation'
            else 'after_end'
        end as warning
    from subscription_changes
    inner join subscriptions
        on subscription_changes.subscription_id = subscriptions.subscription_id
    where
        subscription_changes.effective_date < subscriptions.created_date
        or subscription_changes.effective_date > subscriptions.ended_date
),

counts as (
    {% for table, warning in warnings -%}
    select
        '{{ table }}' as source_table,
        '{{ warning }}' as warning,
        sum(case when warnings like '%{{ warning }}%' then 1 else 0 end) as row_count
    from {{ table }}
    union all
    {% endfor -%}
    select
        'usage_events' as source_table,
        warning,
        sum(event_count) as row_count
    from early_usage
    group by warning
    union all
    select
        'usage_events' as source_table,
        'account_not_of_user' as warning,
        sum(event_count) as row_count
    from usage_parents
    where is_of_another_account
    union all
    select
        'subscription_changes' as source_table,
        warning,
        count(*) as row_count
    from stray_states
    group by warning
),

final as (
    select
        source_table,
        warning,
        cast(row_count as bigint) as row_count
    from counts
    where row_count > 0
)

select * from final
