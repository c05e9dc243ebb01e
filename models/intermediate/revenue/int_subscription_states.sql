with

changes as (
    select * from {{ ref('stg_subscription_changes') }}
),

judged_changes as (
    select * from {{ ref('base_subscription_changes__judged') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

known_changes as (
    select
        change_id,
        subscription_id,
        effective_at,
        effective_date,
        status,
        plan_id,
        quantity,
        unit_amount,
        currency,
        discount_percent,
        discount_amount,
        discount_duration,
        discount_ends_date
    from changes

    union all

    -- D-16: a state that begins later is signed when it was on file by the as-of date
    select
        change_id,
        subscription_id,
        effective_at,
        effective_date,
        status,
        plan_id,
        quantity,
        unit_amount,
        currency,
        discount_percent,
        discount_amount,
        discount_duration,
        discount_ends_date
    from judged_changes
    where
        row_status = 'not_yet_seen'
        and broken_rules = ''
        and (loaded_at is null or cast(loaded_at as date) <= {{ as_of_date() }})
),

-- D-06: a canceled state written at the request does not cut service short, and nothing holds after
-- service has ended
serving_changes as (
    select
        known_changes.*,
        subscriptions.account_id,
        subscriptions.service_end_date,
        sum(case when known_changes.status = 'past_due' then 0 else 1 end) over (
            partition by known_changes.subscription_id
            order by known_changes.effective_at
            rows between unbounded preceding and current row
        ) as past_due_run,
        row_number() over (
            partition by known_changes.subscription_id, known_changes.effective_date
            order by known_changes.effective_at desc
        ) as place_from_end_of_day
    from known_changes
    inner join subscriptions
        on known_changes.subscription_id = subscriptions.subscription_id
    where
        subscriptions.service_end_date is null
        or (
            known_changes.effective_date < subscriptions.service_end_date
            and known_changes.status != 'canceled'
        )
),

-- grace runs from the first of an unbroken run, so it is found before the day's last state is taken
dated_changes as (
    select
        *,
        case
            when status = 'past_due'
                then min(case when status = 'past_due' then effective_date end) over (
                    partition by subscription_id, past_due_run
                )
        end as past_due_since_date
    from serving_changes
),

final as (
    select
        change_id,
        subscription_id,
        account_id,
        effective_date,
        coalesce(
            lead(effective_date) over (
                partition by subscription_id
                order by effective_date
            ),
            service_end_date
        ) as next_date,
        service_end_date,
        status,
        past_due_since_date,
        plan_id,
        quantity,
        unit_amount,
        currency,
        coalesce(discount_percent, 0) as discount_percent,
        coalesce(discount_amount, 0) as discount_amount,
        {{ discount_duration('discount_duration', 'discount_ends_date') }} as discount_duration,
        discount_ends_date
    from dated_changes
    where place_from_end_of_day = 1
)

select * from final
