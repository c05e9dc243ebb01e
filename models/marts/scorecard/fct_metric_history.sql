{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}
{#- D-101: reports are appended and kept, whatever is built again. -#}
{%- set now = [
    ('project_version', project_release()), ('vars_fingerprint', vars_fingerprint()),
    ('seeds_fingerprint', seeds_fingerprint()),
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

metric_values as (
    select * from {{ ref('int_metric_values') }}
),

row_counts as (
    select * from {{ ref('int_used_row_counts') }}
),

mart_sources as (
    select * from {{ ref('int_mart_sources') }}
),

loaded_rows as (
    select * from {{ ref('int_loaded_rows') }}
),

reports as (
    {{ stored_reports(this) }}
),

values_now as (
    select
        metric,
        mart,
        metric_month,
        cast({{ dbt.dateadd('day', -1, 'next_month') }} as date) as month_end_date,
        is_partial_month,
        metric_value,
        {{ as_of_date() }} as as_of_date
    from metric_values
    where {{ '1 = 1' if is_reporting() else '1 = 0' }}
),

-- what to compare with: the latest report of this as-of date, else the latest of any
ranked_reports as (
    select
        reports.*,
        row_number() over (
            partition by reports.metric, reports.metric_month
            order by
                case when reports.as_of_date = values_now.as_of_date then 0 else 1 end,
                reports.reported_at desc
        ) as report_rank
    from reports
    inner join values_now
        on
            reports.metric = values_now.metric
            and reports.metric_month = values_now.metric_month
),

compared as (
    select
        values_now.*,
        {%- for name, value in now %}
        coalesce(earlier.{{ name }} <> '{{ value }}', false) as is_other_{{ name }},
        {%- endfor %}
        {%- for column in row_count_columns() %}
        row_counts.{{ column }},
        row_counts.{{ column }} - earlier.{{ column }} as {{ column }}_change,
        {%- endfor %}
        earlier.reported_at as earlier_reported_at,
        earlier.as_of_date as earlier_as_of_date,
        earlier.reported_value as earlier_value,
        {{ values_differ('values_now.metric_value', 'earlier.reported_value') }} as is_different,
        coalesce(earlier.as_of_date = values_now.as_of_date, false) as is_same_as_of_date,
        least(values_now.as_of_date, earlier.as_of_date) as known_until
    from values_now
    cross join row_counts
    left join ranked_reports as earlier
        on
            values_now.metric = earlier.metric
            and values_now.metric_month = earlier.metric_month
            and earlier.report_rank = 1
),

news as (
    select * from compared
    where
        is_different
        or (not is_same_as_of_date and metric_value is not null)
),

late_rows as (
    {{ rows_after_reports('news', 'loaded_rows') }}
),

changes as (
    {{ changes_behind('news', 'late_rows', 'mart_sources') }}
),

final as (
    select
        cast(news.metric as {{ dbt.type_string() }}) as metric,
        news.metric_month,
        news.as_of_date,
        {{ reported_at() }} as reported_at,
        cast(news.metric_value as {{ type_metric_value() }}) as reported_value,
        news.is_partial_month,
        news.earlier_reported_at,
        news.earlier_as_of_date,
        cast(news.earlier_value as {{ type_metric_value() }}) as earlier_value,
        cast({{ change_reason('news', 'changes') }} as {{ dbt.type_string() }}) as change_reason,
        cast({{ change_detail('news', 'changes') }} as {{ dbt.type_string() }}) as change_detail,
        {%- for column in row_count_columns() %}
        news.{{ column }},
        {%- endfor %}
        {{ as_text("'" ~ project_release() ~ "'") }} as project_version,
        {{ as_text("'" ~ vars_fingerprint() ~ "'") }} as vars_fingerprint,
        {{ as_text("'" ~ seeds_fingerprint() ~ "'") }} as seeds_fingerprint
    from news
    left join changes
        on
            news.metric = changes.metric
            and news.metric_month = changes.metric_month
)

select * from final
