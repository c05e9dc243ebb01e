with

changes as (
    select * from {{ ref('int_mrr_changes') }}
),

revaluations as (
    select * from {{ ref('int_fx_revaluations') }}
),

priced_changes as (
    select
        changes.*,
        coalesce(revaluations.fx_amount, 0) as fx_amount
    from changes
    left join revaluations
        on
            changes.subscription_id = revaluations.subscription_id
            and changes.change_date = revaluations.change_date
),

shares as (
    select
        *,
        true as is_fx,
        'fx' as share_driver,
        mrr_before as share_before,
        mrr_before + fx_amount as share_after
    from priced_changes
    where fx_amount != 0

    union all

    select
        *,
        false as is_fx,
        driver as share_driver,
        mrr_before + fx_amount as share_before,
        mrr_after as share_after
    from priced_changes
    where mrr_after - mrr_before != fx_amount
),

final as (
    select
        subscription_id,
        account_id,
        change_date,
        is_fx,
        share_driver as driver,
        cast(share_before as {{ type_money() }}) as mrr_before,
        cast(share_after as {{ type_money() }}) as mrr_after,
        cast(share_after - share_before as {{ type_money() }}) as change_amount,
        status,
        previous_status,
        plan_id,
        previous_plan_id,
        quantity,
        previous_quantity
    from shares
)

select * from final
