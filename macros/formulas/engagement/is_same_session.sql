{% macro is_same_session(earlier, later) -%}
    {{ microseconds_between(earlier, later) }} < {{ session_gap_microseconds() }}
{%- endmacro %}


{#- The gap of the var session_gap_minutes, a whole number. -#}
{% macro session_gap_microseconds() -%}
    {%- set minutes = var('session_gap_minutes') | string -%}
    {%- if not modules.re.match('^[0-9]{1,5}$', minutes) or minutes | int < 1 -%}
        {{ exceptions.raise_compiler_error(
            "session_gap_minutes '" ~ minutes ~ "' is no number of minutes: set it to a whole one"
            ~ " from 1, such as 30") }}
    {%- endif -%}
    {{ return(minutes | int * 60000000) }}
{%- endmacro %}
