{#- Tables that grow by days. An increment first clears the days that it reads again, then appends. -#}

{#- dbt's is_incremental, which asks the warehouse; `dbt compile` also works where there is none. -#}
{% macro is_increment() -%}
    {{ return(flags.WHICH != 'compile' and is_incremental()) }}
{%- endmacro %}


{#- Does clearing take whole days, rows without a day together? So it does where rows cannot be
    deleted, only partitions dropped. -#}
{% macro clears_whole_days() -%}
    {{ return(adapter.dispatch('clears_whole_days', 'customer_success_metrics')()) }}
{%- endmacro %}

{% macro default__clears_whole_days() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro spark__clears_whole_days() -%}
    {{ return(true) }}
{%- endmacro %}


{% macro partition_by_day(column) -%}
    {{ return([column] if clears_whole_days() else none) }}
{%- endmacro %}


{#- The statement, or an empty one, after which the rows of `condition` are gone. -#}
{% macro clear_days(model, restart, condition) -%}
    {{ return(adapter.dispatch('clear_days', 'customer_success_metrics')(model, restart, condition)) }}
{%- endmacro %}

{% macro default__clear_days(model, restart, condition) -%}
    delete from {{ model }}
    where {{ condition }}
{%- endmacro %}

{% macro spark__clear_days(model, restart, condition) -%}
    {%- set partitions = [] -%}
    {%- for row in run_query('show partitions ' ~ model).rows -%}
        {%- set column, day = row[0].split('=') -%}
        {%- if day == '__HIVE_DEFAULT_PARTITION__' -%}
            {%- do partitions.append('partition (' ~ column ~ ' = null)') -%}
        {%- elif day >= restart -%}
            {%- do partitions.append('partition (' ~ column ~ " = '" ~ day ~ "')") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if partitions -%}
        alter table {{ model }} drop if exists {{ partitions | join(', ') }}
    {%- endif -%}
{%- endmacro %}
