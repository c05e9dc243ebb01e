-- depends_on: {{ ref('int_build_clearance') }}
with

account_health as (
    select * from {{ ref('int_account_health') }}
),

final as (
    select
        account_id,
        snapshot_date,
        snapshot_month,
        is_month_end,
        is_latest,
        is_window_complete,
        health_segment,
        is_customer,
        cast(mrr as {{ type_money() }}) as mrr,
        cast(weighted_action_count as bigint) as weighted_action_count,
        health_score,
        cast(health_band as {{ dbt.type_string() }}) as health_band
    from account_health
)

select * from final
