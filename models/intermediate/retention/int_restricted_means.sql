with

curves as (
    select * from {{ ref('int_survival_curves') }}
),

-- the horizon is a number of months, the first of which is tenure 0
running_sums as (
    select
        *,
        sum(case when tenure_months < {{ clv_horizon_months() }} then survival_rate else 0 end)
            over (
                partition by mrr_month, segment_type, segment_value
                order by tenure_months
                rows between unbounded preceding and current row
            ) as survival_sum
    from curves
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        subject_count,
        lost_subject_count,
        tenure_months as last_tenure_months,
        {{ restricted_mean_lifetime_months('survival_sum', 'survival_rate', 'tenure_months') }}
            as restricted_mean_lifetime_months,
        tenure_months < {{ clv_horizon_months() - 1 }} as is_extrapolated
    from running_sums
    where is_last_tenure
)

select * from final
