{%- set history = "(partition by subscription_id order by valid_from)" -%}
with

subscription_mrr as (
    select * from {{ ref('int_subscription_mrr') }}
),

changes as (
    select
        subscription_id,
        account_id,
        valid_from as change_date,
        status,
        is_earning,
        plan_id,
        plan_tier,
        billing_interval,
        interval_count,
        quantity,
        unit_amount,
        currency,
        lag(status) over {{ history }} as previous_status,
        coalesce(lag(is_earning) over {{ history }}, false) as was_earning,
        lag(plan_id) over {{ history }} as previous_plan_id,
        lag(plan_tier) over {{ history }} as previous_plan_tier,
        lag(billing_interval) over {{ history }} as previous_billing_interval,
        lag(interval_count) over {{ history }} as previous_interval_count,
        lag(quantity) over {{ history }} as previous_quantity,
        lag(unit_amount) over {{ history }} as previous_unit_amount,
        lag(currency) over {{ history }} as previous_currency,
        coalesce(
            max(mrr) over (
                partition by subscription_id
                order by valid_from
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) > 0 as had_mrr_before,
        coalesce(lag(mrr) over {{ history }}, 0) as mrr_before,
        coalesce(lag(mrr_at_next_rate) over {{ history }}, 0) as mrr_before_revalued,
        mrr_at_previous_rate as mrr_after_at_previous_rate,
        mrr as mrr_after
    from subscription_mrr
),

final as (
    select
        subscription_id,
        account_id,
        change_date,
        currency,
        previous_currency,
        status,
        previous_status,
        plan_id,
        previous_plan_id,
        billing_interval,
        quantity,
        previous_quantity,
        mrr_before,
        mrr_before_revalued,
        mrr_after_at_previous_rate,
        mrr_after,
        {{ change_driver('changes') }} as driver
    from changes
    where
        mrr_before != mrr_after
        or mrr_before != mrr_before_revalued
        or mrr_after_at_previous_rate != mrr_after
)

select * from final
