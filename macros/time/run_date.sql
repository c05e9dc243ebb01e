{#- The run's own date in the reporting zone, YYYY-MM-DD: with reported_at the only places that read a
    clock. -#}
{% macro run_date() -%}
    {%- set zone = modules.pytz.timezone(customer_success_metrics.reporting_timezone()) -%}
    {{ return(run_started_at.astimezone(zone).strftime('%Y-%m-%d')) }}
{%- endmacro %}


{#- The var, once it names a time zone there is; UTC by any of its names is `UTC`. -#}
{% macro reporting_timezone() -%}
    {%- set zone = var('reporting_timezone') | string | trim -%}
    {%- if zone not in modules.pytz.all_timezones_set -%}
        {{ exceptions.raise_compiler_error(
            "reporting_timezone '" ~ zone ~ "' is no IANA time zone: set the var to one such as"
            ~ " UTC, Europe/Oslo or America/New_York") }}
    {%- endif -%}
    {{ return('UTC' if zone in ['Etc/UTC', 'Etc/UCT', 'UCT', 'Zulu', 'Etc/Zulu'] else zone) }}
{%- endmacro %}
