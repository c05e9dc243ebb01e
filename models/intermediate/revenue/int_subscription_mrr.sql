with

timeline as (
    select * from {{ ref('int_subscription_timeline') }}
),

gaps as (
    select * from {{ ref('int_bridged_gaps') }}
),

currency_rates as (
    select * from {{ ref('int_currency_rates') }}
),

-- D-13: what begins inside a bridged gap begins when service resumes, so that the old state holds
resumed_timeline as (
    select
        timeline.*,
        coalesce(gaps.resume_date, timeline.valid_from) as resumed_from,
        row_number() over (
            partition by
                timeline.subscription_id, coalesce(gaps.resume_date, timeline.valid_from)
            order by timeline.valid_from desc
        ) as place_from_last
    from timeline
    left join gaps
        on
            timeline.account_id = gaps.account_id
            and timeline.valid_from >= gaps.gap_start_date
            and (gaps.resume_date is null or timeline.valid_from < gaps.resume_date)
            and timeline.valid_from <= {{ as_of_date() }}
    where gaps.account_id is null or gaps.resume_date is not null
),

dated_timeline as (
    select
        *,
        lead(resumed_from) over (
            partition by subscription_id
            order by resumed_from
        ) as resumed_to
    from resumed_timeline
    where place_from_last = 1
),

-- one row per rate in force: a state in the reporting currency keeps its one row
priced_timeline as (
    select
        dated_timeline.*,
        {{ amount_per_interval('quantity', 'unit_amount', 'discount_percent', 'discount_amount') }}
            as amount_per_interval,
        case
            when currency_rates.valid_from > dated_timeline.resumed_from
                then currency_rates.valid_from
            else dated_timeline.resumed_from
        end as period_start_date,
        case
            when
                dated_timeline.resumed_to is null
                or currency_rates.valid_to < dated_timeline.resumed_to
                then currency_rates.valid_to
            else dated_timeline.resumed_to
        end as period_end_date,
        currency_rates.rate,
        case
            when dated_timeline.resumed_from > currency_rates.valid_from
                then currency_rates.rate
            else currency_rates.previous_rate
        end as previous_rate,
        case
            when currency_rates.valid_to > dated_timeline.resumed_to
                then currency_rates.rate
            else currency_rates.next_rate
        end as next_rate
    from dated_timeline
    left join currency_rates
        on
            dated_timeline.currency = currency_rates.currency
            and (
                currency_rates.valid_to is null
                or dated_timeline.resumed_from < currency_rates.valid_to
            )
            and (
                dated_timeline.resumed_to is null
                or dated_timeline.resumed_to > currency_rates.valid_from
            )
),

valued_timeline as (
    select
        *,
        {{ subscription_mrr('rate') }} as mrr
    from priced_timeline
),

final as (
    select
        subscription_id,
        account_id,
        period_start_date as valid_from,
        period_end_date as valid_to,
        mrr,
        case when previous_rate = rate then mrr else {{ subscription_mrr('previous_rate') }} end
            as mrr_at_previous_rate,
        case when next_rate = rate then mrr else {{ subscription_mrr('next_rate') }} end
            as mrr_at_next_rate,
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
        currency
    from valued_timeline
)

select * from final
