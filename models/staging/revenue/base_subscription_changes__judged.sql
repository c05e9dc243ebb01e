{{ config(materialized='table') }}

with

subscriptions as (
    {{ parent_keys('subscriptions', ref('base_subscriptions__judged')) }}
),

plans as (
    {{ parent_keys('plans', ref('base_plans__judged')) }}
),

exchange_rates as (
    select distinct currency
    from {{ ref('base_exchange_rates__judged') }}
    where row_status = 'staged'
),

text_rows as (
    {{ text_rows('subscription_changes', source('raw', 'subscription_changes')) }}
),

typed as (
    {{ typed_rows('subscription_changes', 'text_rows') }}
),

placed as (
    {{ placed_rows('subscription_changes', 'typed', as_of_date()) }}
),

ranked as (
    {{ ranked_rows('subscription_changes', 'placed') }}
),

rated as (
    select
        ranked.*,
        exchange_rates.currency as rated_currency
    from ranked
    left join exchange_rates on ranked.currency = exchange_rates.currency
),

ruled as (
    {{ ruled_rows('subscription_changes', 'rated', {
        'missing_required_value': "(status in ('active', 'past_due') and "
            ~ "(raw__quantity is null or raw__unit_amount is null or raw__currency is null))",
        'currency_without_rate': 'rated_currency is null and currency <> ' ~ reporting_currency(),
    }, name='other_broken_rules') }}
),

-- judged last: of the states of a subscription that break nothing else, one holds at an instant
settled as (
    select
        ruled.*,
        case
            when
                other_broken_rules = ''
                and row_number() over (
                    partition by
                        subscription_id, effective_at, is_not_yet_seen, other_broken_rules
                    order by loaded_at desc nulls last, {{ by_bytes('change_id') }} desc
                ) > 1
                then 'two_states_at_one_instant'
            else other_broken_rules
        end as broken_rules
    from ruled
),

final as (
    {{ judged_rows('subscription_changes', 'settled') }}
)

select * from final
