{#- The last day that counts, as an SQL expression of type date. -#}
{% macro as_of_date() -%}
    {%- set day = customer_success_metrics.chosen_as_of_date() -%}
    {%- if day -%}
        cast('{{ day }}' as date)
    {%- else -%}
        (select as_of_date from {{ ref('int_as_of_date') }})
    {%- endif -%}
{%- endmacro %}


{#- The day the var as_of_date names, YYYY-MM-DD; empty where the data shall say. -#}
{% macro chosen_as_of_date() -%}
    {%- set chosen = var('as_of_date') | string | trim -%}
    {%- if chosen | lower == 'today' -%}
        {{ return(customer_success_metrics.run_date()) }}
    {%- elif chosen in ['', 'None'] -%}
        {{ return('') }}
    {%- endif -%}
    {{ return(customer_success_metrics.day_of_var('as_of_date', 'YYYY-MM-DD, today or empty')) }}
{%- endmacro %}


{#- A var that must be a day, as YYYY-MM-DD; anything else stops with one line. -#}
{% macro day_of_var(name, wanted='YYYY-MM-DD') -%}
    {%- set value = var(name) | string | trim -%}
    {%- set parts = modules.re.match('^([0-9]{4})-([0-9]{2})-([0-9]{2})$', value) -%}
    {%- set year = (parts.group(1) if parts else 0) | int -%}
    {%- set month = (parts.group(2) if parts else 0) | int -%}
    {%- set day = (parts.group(3) if parts else 0) | int -%}
    {%- set leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set lengths = [0, 31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {%- if year < 1 or month not in range(1, 13) or day not in range(1, lengths[month] + 1) -%}
        {{ exceptions.raise_compiler_error(
            name ~ " '" ~ value ~ "' is no date: set the var to " ~ wanted) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
