{#- Parts of fct_metric_history: what was reported before, and what came after it. -#}

{#- The column of a raw table's rows in the history. -#}
{% macro row_count_columns() -%}
    {%- set columns = [] -%}
    {%- for table in raw_tables() -%}
        {%- do columns.append(table ~ '_row_count') -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The same columns from one row per table, for the select list. -#}
{% macro row_counts_by_table(accounting) -%}
    {%- for table in raw_tables() %}
    cast(
        sum(
            case
                when {{ accounting }}.source_table = '{{ table }}' then {{ accounting }}.row_count
                else 0
            end
        ) as {{ dbt.type_bigint() }}
    ) as {{ table }}_row_count{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Rows of the history so far; none where it is built for the first time. -#}
{% macro stored_reports(history) -%}
    {%- if is_increment() -%}
    select * from {{ history }}
    {%- else -%}
    select
        {{ as_text('null') }} as metric,
        cast(null as date) as metric_month,
        cast(null as date) as as_of_date,
        cast(null as timestamp) as reported_at,
        cast(null as {{ type_metric_value() }}) as reported_value,
        {%- for column in row_count_columns() %}
        cast(null as {{ dbt.type_bigint() }}) as {{ column }},
        {%- endfor %}
        {{ as_text('null') }} as project_version,
        {{ as_text('null') }} as vars_fingerprint,
        {{ as_text('null') }} as seeds_fingerprint
    where 1 = 0
    {%- endif -%}
{%- endmacro %}


{#- Condition: two values of a metric are not the same, absence being a value. The last decimal may
    be the order in which an engine added doubles. -#}
{% macro values_differ(one, other) -%}
    coalesce(
        abs({{ one }} - {{ other }}) > 0.00000001,
        {{ one }} is not null or {{ other }} is not null
    )
{%- endmacro %}


{#- First keys of a group, in order, as one text. rank, key: columns; limit: how many. -#}
{% macro first_keys(rank, key, limit) -%}
    concat(
        {%- for number in range(1, limit + 1) %}
        coalesce(max(case when {{ rank }} = {{ number }} then {{ "', ' || " if number > 1 }}{{ key }} end), '')
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- Per earlier report and raw table the rows loaded since that had happened by then, as one text. news:
    relation of changed values; loaded_rows: relation like int_loaded_rows. -#}
{% macro rows_after_reports(news, loaded_rows) -%}
    select
        earlier_reported_at,
        known_until,
        source_table,
        concat(
            '; ', source_table, ' ', {{ as_text('count(*)') }}, ' (',
            {{ first_keys('key_rank', 'source_key', 20) }},
            case when count(*) > 20 then ', ...)' else ')' end
        ) as late_text
    from (
        select
            reports.earlier_reported_at,
            reports.known_until,
            loaded.source_table,
            loaded.source_key,
            row_number() over (
                partition by
                    reports.earlier_reported_at, reports.known_until, loaded.source_table
                order by loaded.loaded_at, {{ by_bytes('loaded.source_key') }}
            ) as key_rank
        from {{ loaded_rows }} as loaded
        inner join (
            select distinct
                earlier_reported_at,
                known_until
            from {{ news }}
            where is_different and earlier_reported_at is not null
        ) as reports
            on
                loaded.loaded_at > reports.earlier_reported_at
                and (
                    loaded.happened_date <= reports.known_until
                    or loaded.happened_date is null
                )
    ) as ranked_rows
    group by earlier_reported_at, known_until, source_table
{%- endmacro %}


{#- Per value that is news what became of the raw tables behind it: late_text, rows that came late, and
    count_text, rows more or fewer; NULL where there are none. -#}
{% macro changes_behind(news, late_rows, mart_sources) -%}
    select
        metric,
        metric_month,
        {%- for text in ['late_text', 'count_text'] %}
        nullif(substr(concat(
            {%- for table in raw_tables() %}
            coalesce(max(case when source_table = '{{ table }}' then {{ text }} end), '')
            {{- ',' if not loop.last }}
            {%- endfor %}
        ), 3), '') as {{ text }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {%- for table in raw_tables() %}
        {%- set change = 'news.' ~ table ~ '_row_count_change' %}
        {{ 'union all' if not loop.first }}
        select
            news.metric,
            news.metric_month,
            sources.source_table,
            late.late_text,
            case
                when {{ change }} > 0 then concat('; {{ table }} +', {{ as_text(change) }})
                when {{ change }} < 0 then concat('; {{ table }} ', {{ as_text(change) }})
            end as count_text
        from {{ news }} as news
        inner join {{ mart_sources }} as sources
            on
                news.mart = sources.mart
                and sources.source_table = '{{ table }}'
        left join {{ late_rows }} as late
            on
                news.earlier_reported_at = late.earlier_reported_at
                and news.known_until = late.known_until
                and late.source_table = '{{ table }}'
        {%- endfor %}
    ) as source_changes
    group by metric, metric_month
{%- endmacro %}


{#- Why a value is another one than in the earlier report: the first that applies. -#}
{% macro change_reason(news, changes) -%}
    case
        when {{ news }}.earlier_reported_at is null then 'first_report'
        when not {{ news }}.is_different then 'unchanged'
        when
            {{ news }}.is_other_project_version
            or {{ news }}.is_other_vars_fingerprint
            or {{ news }}.is_other_seeds_fingerprint
            then 'definition_changed'
        when
            not {{ news }}.is_same_as_of_date
            and {{ news }}.known_until < {{ news }}.month_end_date
            then 'as_of_date_moved'
        when {{ changes }}.late_text is not null then 'late_rows'
        when not {{ news }}.is_same_as_of_date then 'as_of_date_moved'
        when {{ changes }}.count_text is not null then 'row_counts_changed'
        else 'values_changed'
    end
{%- endmacro %}


{#- The same reason in detail: what was changed, which rows came late, how many more or fewer. -#}
{% macro change_detail(news, changes) -%}
    case {{ change_reason(news, changes) }}
        when 'definition_changed'
            then substr(concat(
                case when {{ news }}.is_other_project_version then ', project version' else '' end,
                case when {{ news }}.is_other_vars_fingerprint then ', vars' else '' end,
                case when {{ news }}.is_other_seeds_fingerprint then ', seeds' else '' end
            ), 3)
        when 'late_rows' then {{ changes }}.late_text
        when 'row_counts_changed' then {{ changes }}.count_text
        when 'values_changed' then 'rows not identifiable'
    end
{%- endmacro %}


{#- Raw tables that a model's numbers come from, by its lineage. What every mart reads alike is passed
    over: the clearance, the as-of date, the reporting currency. -#}
{% macro raw_tables_behind(model) -%}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set of_all = ['int_build_clearance', 'int_as_of_date', 'int_reporting_currency'] -%}
    {%- set waiting = ['model.customer_success_metrics.' ~ model] -%}
    {%- set seen = [] -%}
    {%- set tables = [] -%}
    {#- a list grows while it is walked -#}
    {%- for key in waiting if key not in seen -%}
        {%- do seen.append(key) -%}
        {%- if key in graph.sources -%}
            {%- do tables.append(graph.sources[key].name) -%}
        {%- elif key in graph.nodes and graph.nodes[key].name not in of_all -%}
            {%- do waiting.extend(graph.nodes[key].depends_on.nodes) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables | sort) }}
{%- endmacro %}
