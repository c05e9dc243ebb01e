{% set marts = scorecard_marts() %}
with

months as (
    select * from {{ ref('int_reporting_months') }}
),

{% for mart in marts -%}
mart_{{ loop.index }} as (
    select * from {{ ref(mart.model) }}
    where {{ mart.only }}
),

metrics_{{ loop.index }} as (
    {%- for metric in metrics_of(mart) %}
    {{ 'union all' if not loop.first }}
    select '{{ metric }}' as metric
    {%- endfor %}
),

{% endfor -%}
-- a mart is read once, whatever number of metrics it holds
found_values as (
    {%- for mart in marts %}
    {{ 'union all' if not loop.first }}
    select
        metrics_{{ loop.index }}.metric,
        mart_{{ loop.index }}.{{ mart.month }} as metric_month,
        case metrics_{{ loop.index }}.metric
            {%- set mart_number = loop.index %}
            {%- for metric, column in metrics_of(mart).items() %}
            when '{{ metric }}'
                then cast(mart_{{ mart_number }}.{{ column }} as {{ type_metric_value() }})
            {%- endfor %}
        end as metric_value
    from mart_{{ loop.index }}
    cross join metrics_{{ loop.index }}
    {%- endfor %}
),

metrics as (
    {%- for mart in marts %}
    {{ 'union all' if not loop.first }}
    select
        metric,
        '{{ mart.model }}' as mart
    from metrics_{{ loop.index }}
    {%- endfor %}
),

-- every month that revenue is reported for, so that the value before is that of the month before
final as (
    select
        cast(metrics.metric as {{ dbt.type_string() }}) as metric,
        cast(metrics.mart as {{ dbt.type_string() }}) as mart,
        months.mrr_month as metric_month,
        months.next_month,
        months.is_partial_month,
        found_values.metric_value
    from metrics
    cross join months
    left join found_values
        on
            metrics.metric = found_values.metric
            and months.mrr_month = found_values.metric_month
)

select * from final
