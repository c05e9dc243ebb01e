with

states as (
    select * from {{ ref('int_subscription_states') }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

discount_ends as (
    select
        change_id,
        discount_ends_date as valid_from
    from states
    where
        discount_duration = 'repeating'
        and discount_ends_date > effective_date
        and (next_date is null or discount_ends_date < next_date)
),

-- a grace that runs out after the as-of date is not agreed: the customer may still pay
grace_ends as (
    select
        change_id,
        {{ past_due_grace_end('past_due_since_date') }} as valid_from
    from states
    where
        {{ past_due_grace_end('past_due_since_date') }} > effective_date
        and (
            next_date is null
            or {{ past_due_grace_end('past_due_since_date') }} < next_date
        )
        and {{ past_due_grace_end('past_due_since_date') }} <= {{ as_of_date() }}
),

starts as (
    select
        change_id,
        effective_date as valid_from
    from states

    union all

    (
        select * from discount_ends
        union distinct
        select * from grace_ends
    )
),

dated_states as (
    select
        states.subscription_id,
        states.account_id,
        starts.valid_from,
        states.status,
        -- nor does a later start on the same terms, such as the end of a discount, agree to it
        {{ is_earning(
            'states.status',
            'least(starts.valid_from, ' ~ as_of_date() ~ ')',
            'states.past_due_since_date',
        ) }} as is_earning,
        states.plan_id,
        plans.plan_tier,
        plans.is_free,
        plans.is_seat_based,
        plans.billing_interval,
        plans.interval_count,
        states.quantity,
        states.unit_amount,
        states.currency,
        {{ discount_applies(
            'states.discount_duration', 'states.discount_ends_date', 'starts.valid_from'
        ) }} as has_discount,
        states.discount_percent,
        states.discount_amount
    from starts
    inner join states
        on starts.change_id = states.change_id
    inner join plans
        on states.plan_id = plans.plan_id
),

ends as (
    select distinct
        subscription_id,
        account_id,
        service_end_date as valid_from
    from states
    where service_end_date is not null
),

final as (
    select
        subscription_id,
        account_id,
        valid_from,
        status,
        is_earning,
        plan_id,
        plan_tier,
        is_free,
        is_seat_based,
        billing_interval,
        interval_count,
        quantity,
        unit_amount,
        currency,
        case when has_discount then discount_percent else 0 end as discount_percent,
        case when has_discount then discount_amount else 0 end as discount_amount
    from dated_states

    union all

    select
        subscription_id,
        account_id,
        valid_from,
        'ended' as status,
        false as is_earning,
        null as plan_id,
        null as plan_tier,
        null as is_free,
        null as is_seat_based,
        null as billing_interval,
        null as interval_count,
        null as quantity,
        null as unit_amount,
        null as currency,
        0 as discount_percent,
        0 as discount_amount
    from ends
)

select * from final
