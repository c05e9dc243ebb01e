with

timeline as (
    select * from {{ ref('int_subscription_timeline') }}
),

dated_timeline as (
    select
        account_id,
        valid_from,
        lead(valid_from) over (partition by subscription_id order by valid_from) as valid_to,
        {{ is_paid('timeline') }} as is_paid
    from timeline
    -- nothing to do, and nothing done, where no gap is bridged
    where {{ var('reactivation_grace_days') | int }} > 0
),

paid as (
    select
        account_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from dated_timeline
    where
        is_paid
        and valid_from <= {{ as_of_date() }}
),

runs as (
    select
        account_id,
        valid_from,
        max(valid_to) over (
            partition by account_id
            order by valid_from
            rows between unbounded preceding and 1 preceding
        ) as gap_start_date,
        max(valid_to) over (partition by account_id) as last_end_date
    from paid
),

final as (
    select
        account_id,
        gap_start_date,
        valid_from as resume_date
    from runs
    where
        valid_from > gap_start_date
        and valid_from <= {{ reactivation_grace_end('gap_start_date') }}

    union all

    -- D-13: the gap may still be bridged, so the old MRR holds
    select distinct
        account_id,
        last_end_date as gap_start_date,
        cast(null as date) as resume_date
    from runs
    where
        last_end_date <= {{ as_of_date() }}
        and {{ reactivation_grace_end('last_end_date') }} > {{ as_of_date() }}
)

select * from final
