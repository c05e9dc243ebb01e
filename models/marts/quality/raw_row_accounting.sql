-- depends_on: {{ ref('int_build_clearance') }}
with

row_outcomes as (
    select * from {{ ref('row_outcomes') }}
),

suspicious_rows as (
    select * from {{ ref('suspicious_rows') }}
),

-- counted at the source itself, so that a row lost on the way shows
raw_counts as (
    {% for table in raw_tables() -%}
    select
        '{{ table }}' as source_table,
        count(*) as row_count
    {%- if is_using(table) %}
    from {{ source('raw', table) }}
    {%- else %}
    from (select 1 as nothing where 1 = 0) as no_rows
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

counts as (
    select
        source_table,
        'raw' as outcome,
        'all' as rule,
        row_count
    from raw_counts
    union all
    {% for outcome in ['staged', 'not_yet_seen'] -%}
    select
        source_table,
        '{{ outcome }}' as outcome,
        'all' as rule,
        0 as row_count
    from raw_counts
    union all
    {% endfor -%}
    select
        source_table,
        outcome,
        rule,
        row_count
    from row_outcomes
    union all
    select
        source_table,
        'suspicious' as outcome,
        warning as rule,
        row_count
    from suspicious_rows
),

final as (
    select
        cast(source_table as {{ dbt.type_string() }}) as source_table,
        cast(outcome as {{ dbt.type_string() }}) as outcome,
        cast(rule as {{ dbt.type_string() }}) as rule,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count
    from counts
    group by source_table, outcome, rule
)

select * from final
