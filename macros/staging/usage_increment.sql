{#- Usage is read by day: an increment clears the days after the as-of date and those from
    late_event_days before the latest one, and reads them again. -#}

{#- The first day to read again, YYYY-MM-DD; empty where the model is built anew.
    outcome: column that says not_yet_seen, where there is one; such days are read again in any
    case. -#}
{% macro restart_day(model, as_of, outcome=none) -%}
    {%- if not is_increment() -%}{{ return('') }}{%- endif -%}
    {%- set query -%}
        select max(occurred_date)
        from {{ model }}
        where
            occurred_date <= {{ as_of }}
            {{ "and " ~ outcome ~ " <> 'not_yet_seen'" if outcome }}
    {%- endset -%}
    {%- set latest = run_query(query).rows[0][0] -%}
    {%- if not latest -%}{{ return('') }}{%- endif -%}
    {%- set day = modules.datetime.date.fromisoformat(latest | string) -%}
    {{ return((day - modules.datetime.timedelta(days=var('late_event_days') | int)) | string) }}
{%- endmacro %}


{#- Stops where the model was built of another company's usage, or with days of another zone. Only a
    run that builds is stopped: docs and compile read nothing. -#}
{% macro check_fingerprint(model) -%}
    {%- if flags.WHICH not in ['build', 'run'] -%}{{ return('') }}{%- endif -%}
    {%- set built = run_query('select max(fingerprint) from ' ~ model).rows[0][0] -%}
    {%- if built and built != usage_fingerprint() -%}
        {{ exceptions.raise_compiler_error(
            "build with --full-refresh, or into another warehouse: this one holds the usage of ["
            ~ built ~ "], not of [" ~ usage_fingerprint() ~ "]") }}
    {%- endif -%}
{%- endmacro %}


{#- Where usage was read from and how: raw folder or schema, identifier, zone, first day, and what
    makes a session. -#}
{% macro usage_fingerprint() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set node = raw_contract('usage_events') -%}
    {{ return([raw_folder(node) or node.schema, node.identifier, reporting_timezone(),
        day_of_var('earliest_date'), 'used' if is_using('usage_events') else 'not used',
        'gap', session_gap_microseconds() // 60000000, 'without', idle_event_names()]
        | join(' ') | replace("'", '')) }}
{%- endmacro %}


{#- The events that feature_catalogue says are no activity, comma separated: user days and sessions
    of the days before were made without them. -#}
{% macro idle_event_names() -%}
    {%- if flags.WHICH not in ['build', 'run'] -%}{{ return('') }}{%- endif -%}
    {%- set catalogue = ref('feature_catalogue') -%}
    {%- set query -%}
        select event_name from {{ catalogue }}
        where not is_activity
        order by {{ by_bytes('event_name') }}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | join(',')) }}
{%- endmacro %}


{#- The folder that scripts/load made the raw views of, where it did. -#}
{% macro raw_folder(node) -%}
    {%- if flags.WHICH in ['build', 'run', 'test'] -%}
        {%- set loaded_files = adapter.get_relation(node.database, node.schema, 'loaded_files') -%}
        {%- if loaded_files -%}
            {{ return(run_query('select min(raw_folder) from ' ~ loaded_files).rows[0][0]) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Condition on rows that have occurred_date: they belong to what is read again. A row without a
    day does when its raw text may; without a text given, always. -#}
{% macro is_read_again(restart, raw_text=none) -%}
    {%- if not restart -%}
        1 = 1
    {%- else -%}
        (
            occurred_date >= cast('{{ restart }}' as date)
            or (
                occurred_date is null
                and {{ may_be_read_again(restart, raw_text)
                    if raw_text and not clears_whole_days() else '1 = 1' }}
            )
        )
    {%- endif -%}
{%- endmacro %}


{#- Condition on a raw text: it is of a day from the restart on, or may be of no day at all. Offset
    and zone move a text's day by two at most. Where whole days are cleared, the rows without a day
    went together and are all read again. -#}
{% macro may_be_read_again(restart, raw_text) -%}
    {%- if not restart -%}
        1 = 1
    {%- else -%}
        {%- set day = modules.datetime.date.fromisoformat(restart)
            - modules.datetime.timedelta(days=2) -%}
        (
            {{ raw_text }} is null
            or {{ raw_text }} < '{{ day_of_var('earliest_date') }}'
            or {{ raw_text }} >= '{{ day }}'
            {%- if clears_whole_days() %}
            or {{ parsed_day(trimmed(raw_text)) }} is null
            {%- endif %}
        )
    {%- endif -%}
{%- endmacro %}


{#- Pre-hook of an incremental usage model: the rows that is_read_again() names go first. -#}
{% macro clear_days_read_again(model, as_of, outcome=none, raw_text=none) -%}
    {%- if is_increment() -%}
        {%- set restart = restart_day(model, as_of, outcome) -%}
        {{ clear_days(model, restart, is_read_again(restart, raw_text)) }}
    {%- endif -%}
{%- endmacro %}
