{#- Second step: beside each text its value; NULL where the text does not match the grammar. Days
    are days in the reporting zone. -#}
{% macro typed_rows(table, text_rows) -%}
    {%- if not execute -%}{{ return('select * from ' ~ text_rows) }}{%- endif -%}
    {%- set columns = contract_columns(table) -%}
    select
        instants.*,
    {%- for column in columns if column.day %}
        {{ _typed_day(column) }} as {{ column.day }}{{ ',' if not loop.last }}
    {%- else %}
        1 as no_day
    {%- endfor %}
    from (
        select
            texts.*,
        {%- for column in columns if column.kind != 'date' %}
            {{ _typed_value(column) }} as {{ column.typed }},
        {%- endfor %}
            {{ parsed_timestamp('raw__loaded_at') }} as loaded_at
        from {{ text_rows }} as texts
    ) as instants
{%- endmacro %}


{% macro _typed_value(column) -%}
    {%- if column.kind == 'integer' -%}
        {{ parsed_integer(column.raw) }}
    {%- elif column.kind == 'decimal' -%}
        {{ parsed_decimal(column.raw, column.type, is_rounded=column.name == 'rate_to_reporting') }}
    {%- elif column.kind == 'boolean' -%}
        {{ parsed_boolean(column.raw) }}
    {%- elif column.kind == 'timestamp' -%}
        {{ parsed_timestamp(column.raw) }}
    {%- elif column.meta.enum -%}
        {{ known_value(column.raw, column.meta.enum) }}
    {%- else -%}
        {{ column.raw }}
    {%- endif -%}
{%- endmacro %}


{% macro _typed_day(column) -%}
    {%- if column.name.endswith('_month') -%}
        cast({{ dbt.date_trunc('month', parsed_day(column.raw)) }} as date)
    {%- elif column.kind == 'date' -%}
        {{ parsed_day(column.raw) }}
    {%- elif reporting_timezone() == 'UTC' -%}
        {{ reporting_day(column.name) }}
    {%- else -%}
        case
            when length({{ column.raw }}) = 10 then {{ safe_date(column.raw) }}
            else {{ reporting_day(column.name) }}
        end
    {%- endif -%}
{%- endmacro %}
