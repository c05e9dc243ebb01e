{%- set windows = [('recent', 2, 'current row'), ('earlier', 5, '3 preceding')] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

metric_values as (
    select * from {{ ref('int_metric_values') }}
),

register as (
    select * from {{ ref('metric_catalogue') }}
),

targets as (
    select
        metric,
        valid_from,
        target,
        near_distance,
        lead(valid_from) over (
            partition by metric
            order by valid_from
        ) as next_valid_from
    from {{ ref('metric_targets') }}
),

-- months are without gaps: so many rows before is so many months before
values_with_past as (
    select
        {%- for name, first, last in windows %}
        sum(metric_value) over (
            partition by metric
            order by metric_month
            rows between {{ first }} preceding and {{ last }}
        ) as {{ name }}_sum,
        count(metric_value) over (
            partition by metric
            order by metric_month
            rows between {{ first }} preceding and {{ last }}
        ) as {{ name }}_months,
        {%- endfor %}
        metric,
        metric_month,
        is_partial_month,
        metric_value as actual,
        lag(metric_value) over (
            partition by metric
            order by metric_month
        ) as month_before_actual,
        lag(metric_value, 12) over (
            partition by metric
            order by metric_month
        ) as year_before_actual
    from metric_values
),

measured as (
    select
        values_with_past.*,
        register.label,
        register.domain,
        register.unit,
        register.direction,
        register.owner,
        targets.target,
        targets.near_distance,
        case
            when values_with_past.recent_months = 3 then values_with_past.recent_sum
        end as last_3_sum,
        case
            when values_with_past.earlier_months = 3 then values_with_past.earlier_sum
        end as earlier_3_sum,
        {{ when_month_is_over(target_miss('actual', 'targets.target', 'register.direction')) }}
            as miss
    from values_with_past
    inner join register
        on values_with_past.metric = register.metric
    left join targets
        on
            values_with_past.metric = targets.metric
            and values_with_past.metric_month >= targets.valid_from
            and (
                values_with_past.metric_month < targets.next_valid_from
                or targets.next_valid_from is null
            )
),

final as (
    select
        {%- for column in ['metric', 'label', 'domain', 'unit', 'direction', 'owner'] %}
        cast({{ column }} as {{ dbt.type_string() }}) as {{ column }},
        {%- endfor %}
        metric_month,
        cast(actual as {{ type_metric_value() }}) as actual,
        cast(target as {{ type_metric_value() }}) as target,
        cast(near_distance as {{ type_metric_value() }}) as near_distance,
        cast(miss as {{ type_metric_value() }}) as target_miss,
        {{ when_month_is_over(target_attainment('actual', 'target', 'direction')) }}
            as target_attainment,
        cast({{ target_status('miss', 'near_distance') }} as {{ dbt.type_string() }})
            as target_status,
        cast(month_before_actual as {{ type_metric_value() }}) as month_before_actual,
        cast(
            {{ when_month_is_over('actual - month_before_actual') }} as {{ type_metric_value() }}
        ) as change_on_month,
        cast(year_before_actual as {{ type_metric_value() }}) as year_before_actual,
        cast(
            {{ when_month_is_over('actual - year_before_actual') }} as {{ type_metric_value() }}
        ) as change_on_year,
        {{ when_month_is_over(rate('last_3_sum', '3')) }} as last_3_months_average,
        {{ when_month_is_over(rate('earlier_3_sum', '3')) }} as earlier_3_months_average,
        cast(
            {{ when_month_is_over(metric_trend('last_3_sum', 'earlier_3_sum', 'near_distance')) }}
            as {{ dbt.type_string() }}
        ) as trend,
        is_partial_month
    from measured
)

select * from final
