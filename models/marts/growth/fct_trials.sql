-- depends_on: {{ ref('int_build_clearance') }}
with

trials as (
    select * from {{ ref('int_trials') }}
),

customer_periods as (
    select * from {{ ref('int_customer_periods') }}
),

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

windows as (
    select
        *,
        {{ trial_conversion_window_end('trial_end_date') }} as conversion_window_end_date
    from trials
),

-- D-81: who paid the day before tries something more
account_conversions as (
    select
        windows.subscription_id,
        max(
            case when customer_periods.customer_from < windows.trial_start_date then 1 else 0 end
        ) as was_customer,
        min(customer_periods.customer_from) as first_mrr_date
    from windows
    inner join customer_periods
        on
            windows.account_id = customer_periods.account_id
            and (
                windows.conversion_window_end_date is null
                or windows.conversion_window_end_date >= customer_periods.customer_from
            )
            and (
                customer_periods.customer_to is null
                or windows.trial_start_date <= customer_periods.customer_to
            )
    group by windows.subscription_id
),

-- an add-on is bought when the subscription on trial has MRR itself
own_conversions as (
    select
        windows.subscription_id,
        min(
            case
                when subscription_mrr.valid_from < windows.trial_start_date
                    then windows.trial_start_date
                else subscription_mrr.valid_from
            end
        ) as first_mrr_date
    from windows
    inner join subscription_mrr
        on
            windows.subscription_id = subscription_mrr.subscription_id
            and (
                windows.conversion_window_end_date is null
                or windows.conversion_window_end_date >= subscription_mrr.valid_from
            )
            and (
                subscription_mrr.valid_to is null
                or windows.trial_start_date < subscription_mrr.valid_to
            )
    where
        subscription_mrr.mrr > 0
        and subscription_mrr.valid_from <= {{ as_of_date() }}
    group by windows.subscription_id
),

judged_trials as (
    select
        windows.*,
        coalesce(account_conversions.was_customer, 0) = 1 as is_add_on,
        case
            when coalesce(account_conversions.was_customer, 0) = 1
                then own_conversions.first_mrr_date
            else account_conversions.first_mrr_date
        end as conversion_date
    from windows
    left join account_conversions
        on windows.subscription_id = account_conversions.subscription_id
    left join own_conversions
        on windows.subscription_id = own_conversions.subscription_id
),

final as (
    select
        subscription_id,
        account_id,
        trial_start_date,
        {{ month_of('trial_start_date') }} as cohort_month,
        trial_end_date,
        conversion_window_end_date,
        plan_id,
        plan_tier,
        is_add_on,
        conversion_date is not null as is_converted,
        conversion_date,
        cast(
            {{ dbt.datediff(
                'trial_start_date', 'conversion_date', 'day'
            ) }} as bigint
        ) as days_to_conversion,
        conversion_date is not null
        or coalesce(conversion_window_end_date <= {{ as_of_date() }}, false) as is_matured
    from judged_trials
)

select * from final
