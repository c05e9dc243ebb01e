with

runs as (
    select * from {{ ref('int_paid_runs') }}
),

shares as (
    select * from {{ ref('int_subscription_shares') }}
),

numbers as (
    {{ dbt.generate_series(var('calendar_years') | int * 366) }}
),

bounded_runs as (
    select
        *,
        case
            when interval_months > 0
                then floor(
                    {{ months_between(
                        'run_start_date', 'coalesce(run_end_date, ' ~ as_of_date() ~ ')'
                    ) }} / interval_months
                ) + 1
            else floor(
                {{ dbt.datediff(
                    'run_start_date', 'coalesce(run_end_date, ' ~ as_of_date() ~ ')', 'day'
                ) }} / interval_days
            ) + 1
        end as most_terms
    from runs
),

terms as (
    select
        bounded_runs.subscription_id,
        bounded_runs.run_number,
        bounded_runs.account_id,
        bounded_runs.billing_interval,
        bounded_runs.interval_months,
        bounded_runs.interval_days,
        bounded_runs.run_end_date,
        bounded_runs.is_continued,
        {{ term_date('bounded_runs.run_start_date', 'cast(numbers.generated_number as int) - 1') }}
            as term_start_date,
        {{ term_date('bounded_runs.run_start_date', 'cast(numbers.generated_number as int)') }}
            as due_date
    from bounded_runs
    inner join numbers
        on bounded_runs.most_terms >= numbers.generated_number
),

begun_terms as (
    select
        *,
        coalesce(run_end_date < due_date, false) as is_cut_short
    from terms
    where
        due_date <= {{ as_of_date() }}
        and (run_end_date is null or term_start_date < run_end_date)
),

beginnings as (
    select
        subscription_id,
        account_id,
        change_date
    from shares
    where
        not is_fx
        and mrr_before = 0
        and mrr_after > 0
        and change_date <= {{ as_of_date() }}
),

-- a term cut short is superseded by another subscription that began around the cut
superseded_terms as (
    select distinct
        begun_terms.subscription_id,
        begun_terms.run_number,
        begun_terms.due_date
    from begun_terms
    inner join beginnings
        on
            begun_terms.account_id = beginnings.account_id
            and begun_terms.subscription_id != beginnings.subscription_id
            and {{ is_within_renewal_grace('beginnings.change_date', 'begun_terms.run_end_date') }}
    where begun_terms.is_cut_short
),

final as (
    select
        begun_terms.subscription_id,
        begun_terms.run_number,
        begun_terms.account_id,
        begun_terms.billing_interval,
        begun_terms.interval_months >= 12 or begun_terms.interval_days >= 365 as is_long_term,
        begun_terms.due_date,
        begun_terms.is_cut_short,
        case
            when begun_terms.is_cut_short then begun_terms.run_end_date
            else begun_terms.due_date
        end as held_until_date,
        -- on the end day the subscription has MRR, at whatever interval
        begun_terms.run_end_date is null
        or begun_terms.run_end_date > begun_terms.due_date
        or begun_terms.is_continued as is_carried_on
    from begun_terms
    left join superseded_terms
        on
            begun_terms.subscription_id = superseded_terms.subscription_id
            and begun_terms.run_number = superseded_terms.run_number
            and begun_terms.due_date = superseded_terms.due_date
    where
        superseded_terms.subscription_id is null
        and not (begun_terms.is_cut_short and begun_terms.is_continued)
)

select * from final
