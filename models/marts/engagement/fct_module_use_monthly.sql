-- sqlfluff:dialect:postgres
{% set counts = ['module_account_count', 'module_event_count', 'module_microseconds'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

usage_months as (
    select * from {{ ref('int_usage_months') }}
),

event_months as (
    select * from {{ ref('int_attributed_event_months') }}
),

-- modules without any use have rows too
catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

modules as (
    select module
    from catalogue
    where
        module is not null
        and is_activity

    union distinct

    select cast('unknown' as {{ dbt.type_string() }}) as module
),

sums as (
    select
        usage_month,
        module,
        {{ segment_columns() }},
        count(distinct case when event_count > 0 then account_id end) as module_account_count,
        sum(event_count) as module_event_count,
        sum(active_microseconds) as module_microseconds
    from event_months
    {{ group_by_segments(['usage_month', 'module']) }}
),

filled_sums as (
    select
        usage_months.usage_month,
        modules.module,
        segment_months.segment_type,
        segment_months.segment_value,
        usage_months.is_partial_month,
        {{ zero_filled('sums', counts) }}
    from segment_months
    inner join usage_months
        on segment_months.mrr_month = usage_months.usage_month
    cross join modules
    left join sums
        on
            segment_months.mrr_month = sums.usage_month
            and segment_months.segment_type = sums.segment_type
            and segment_months.segment_value = sums.segment_value
            and modules.module = sums.module
),

timed_sums as (
    select
        *,
        {{ seconds_of('module_microseconds') }} as module_seconds,
        {{ seconds_of(
            'sum(module_microseconds) over ('
            ~ 'partition by usage_month, segment_type, segment_value)'
        ) }} as all_modules_seconds
    from filled_sums
),

final as (
    select
        usage_month,
        module,
        segment_type,
        segment_value,
        cast(module_account_count as bigint) as module_account_count,
        cast(module_event_count as bigint) as module_event_count,
        module_seconds,
        {{ minutes_of('module_seconds') }} as module_minutes,
        all_modules_seconds,
        {{ module_use_share('module_seconds', 'all_modules_seconds') }} as module_use_share_rate,
        is_partial_month
    from timed_sums
)

select * from final
