-- depends_on: {{ ref('int_build_clearance') }}
with

movements as (
    select * from {{ ref('int_account_movements') }}
),

scheduled_changes as (
    select * from {{ ref('fct_scheduled_changes') }}
),

numbers as (
    {{ dbt.generate_series(13) }}
),

-- month 0 is what is left of the as-of month
coming_months as (
    select
        cast(generated_number as int) - 1 as months_ahead,
        cast(
            {{ dbt.dateadd(
                'month', 'cast(generated_number as int) - 1', month_of(as_of_date())
            ) }} as date
        ) as contracted_month
    from numbers
),

present as (
    select coalesce(sum(movement_amount), 0) as mrr
    from movements
),

month_changes as (
    select
        change_month,
        sum(case when is_scheduled_churn then 1 else 0 end) as scheduled_churn_count,
        sum(case when is_scheduled_churn then -change_amount else 0 end) as scheduled_churn_mrr,
        sum(case when change_type = 'signed_state' then change_amount else 0 end)
            as signed_change_mrr,
        sum(case when change_type = 'discount' then change_amount else 0 end)
            as discount_change_mrr,
        sum(change_amount) as change_mrr
    from scheduled_changes
    group by change_month
),

projected_months as (
    select
        coming_months.contracted_month,
        coming_months.months_ahead,
        present.mrr,
        coalesce(month_changes.scheduled_churn_count, 0) as scheduled_churn_count,
        coalesce(month_changes.scheduled_churn_mrr, 0) as scheduled_churn_mrr,
        coalesce(month_changes.signed_change_mrr, 0) as signed_change_mrr,
        coalesce(month_changes.discount_change_mrr, 0) as discount_change_mrr,
        sum(coalesce(month_changes.change_mrr, 0)) over (
            order by coming_months.contracted_month
            rows between unbounded preceding and current row
        ) as change_mrr_to_date
    from coming_months
    cross join present
    left join month_changes
        on coming_months.contracted_month = month_changes.change_month
),

final as (
    select
        contracted_month,
        cast('total' as {{ dbt.type_string() }}) as segment_type,
        cast('all' as {{ dbt.type_string() }}) as segment_value,
        cast(months_ahead as bigint) as months_ahead,
        cast(mrr as {{ type_money() }}) as mrr,
        cast(scheduled_churn_count as bigint) as scheduled_churn_count,
        cast(scheduled_churn_mrr as {{ type_money() }}) as scheduled_churn_mrr,
        cast(signed_change_mrr as {{ type_money() }}) as signed_change_mrr,
        cast(discount_change_mrr as {{ type_money() }}) as discount_change_mrr,
        {{ contracted_mrr('mrr', 'change_mrr_to_date') }} as contracted_mrr
    from projected_months
)

select * from final
