{#- Last step: the typed columns and the judgement. A row not yet seen is not rejected, whatever it
    breaks; its key and the row itself as JSON are kept only where it is rejected.
    more_warnings: further warnings by name, as conditions over the columns of ruled_rows.
    more_columns: further columns by name, as expressions over them.
    is_lean: without warnings and the key, which the raw row of a rejected one holds: spares a big
    table two columns. -#}
{% macro judged_rows(table, ruled_rows, more_warnings={}, more_columns={}, is_lean=false) -%}
    {%- if not execute -%}{{ return('select * from ' ~ ruled_rows) }}{%- endif -%}
    {%- set columns = contract_columns(table) -%}
    {%- set texts = [] -%}
    {%- set keys = [] -%}
    {%- for column in columns -%}{%- do texts.append([column.name, column.raw]) -%}{%- endfor -%}
    {%- for column in key_columns(table) -%}{%- do keys.append(column.raw) -%}{%- endfor -%}
    {%- do texts.append(['_loaded_at', 'raw__loaded_at']) -%}
    {%- set is_rejected = "broken_rules <> '' and not is_not_yet_seen" -%}
    {%- set warnings = {'implausible_date': 'has_implausible_date'} -%}
    {%- do warnings.update(more_warnings) -%}
    select
    {%- for column in columns %}
        {%- if column.kind != 'date' %}
        {{ column.typed }},
        {%- endif %}
        {%- if column.day %}
        {{ column.day }},
        {%- endif %}
    {%- endfor %}
        loaded_at,
    {%- if not is_lean %}
        case when {{ is_rejected }} then {{ keys | join(" || '|' || ") }} end as source_key,
    {%- endif %}
        case
            when is_not_yet_seen then 'not_yet_seen'
            when broken_rules <> '' then 'rejected'
            else 'staged'
        end as row_status,
        case
            when broken_rules <> '' then {{ dbt.split_part('broken_rules', "','", 1) }}
        end as first_rule,
        broken_rules,
    {%- if not is_lean %}
        substr(concat('',
        {%- for name, condition in warnings.items() %}
            case when {{ condition }} then ',{{ name }}' else '' end{{ ',' if not loop.last }}
        {%- endfor %}
        ), 2) as warnings,
    {%- endif %}
        case when {{ is_rejected }} then {{ row_as_json(texts) }} end as raw_row
        {%- for name, value in more_columns.items() %},
        {{ value }} as {{ name }}
        {%- endfor %}
    from {{ ruled_rows }} as ruled
{%- endmacro %}
