with

terms as (
    select * from {{ ref('int_terms') }}
),

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
    where mrr > 0
),

-- a new beginning after an end that nothing carried on: of the subscription itself afterwards, of
-- another one of the account before or after
renewing_beginnings as (
    select
        terms.subscription_id,
        terms.run_number,
        terms.due_date,
        shares.change_date,
        sum(shares.mrr_after) as mrr
    from terms
    inner join shares
        on
            terms.account_id = shares.account_id
            and not shares.is_fx
            and shares.mrr_before = 0
            and shares.mrr_after > 0
            and shares.change_date <= {{ as_of_date() }}
            and {{ is_within_renewal_grace('shares.change_date', 'terms.due_date') }}
            and (
                terms.subscription_id != shares.subscription_id
                or terms.due_date < shares.change_date
            )
    where
        not terms.is_cut_short
        and not terms.is_carried_on
    group by
        terms.subscription_id,
        terms.run_number,
        terms.due_date,
        shares.change_date
),

first_beginnings as (
    select
        subscription_id,
        run_number,
        due_date,
        mrr,
        row_number() over (
            partition by subscription_id, run_number, due_date
            order by change_date
        ) as place
    from renewing_beginnings
),

final as (
    select
        terms.subscription_id,
        terms.run_number,
        terms.account_id,
        terms.due_date,
        {{ month_of('terms.due_date') }} as due_month,
        terms.billing_interval,
        terms.is_long_term,
        terms.is_cut_short,
        coalesce(held.plan_tier, 'unknown') as plan_tier,
        held.mrr as due_mrr,
        case
            -- a new month's exchange rate is not what the customer renewed
            when terms.is_carried_on and carried.valid_from = terms.due_date
                then carried.mrr_at_previous_rate
            when terms.is_carried_on then carried.mrr
            else coalesce(first_beginnings.mrr, 0)
        end as renewed_mrr,
        terms.is_carried_on or first_beginnings.subscription_id is not null as is_renewed,
        terms.is_carried_on
        or first_beginnings.subscription_id is not null
        -- until then another subscription may still renew the term, or supersede its cut
        or {{ renewal_grace_end('terms.held_until_date') }} <= {{ as_of_date() }} as is_matured
    from terms
    inner join subscription_mrr as held
        on
            terms.subscription_id = held.subscription_id
            and terms.held_until_date > held.valid_from
            and (held.valid_to is null or terms.held_until_date <= held.valid_to)
    left join subscription_mrr as carried
        on
            terms.subscription_id = carried.subscription_id
            and terms.is_carried_on
            and terms.due_date >= carried.valid_from
            and (carried.valid_to is null or terms.due_date < carried.valid_to)
    left join first_beginnings
        on
            terms.subscription_id = first_beginnings.subscription_id
            and terms.run_number = first_beginnings.run_number
            and terms.due_date = first_beginnings.due_date
            and first_beginnings.place = 1
)

select * from final
