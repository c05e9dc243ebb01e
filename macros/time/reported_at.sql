{#- When the run began, in UTC: with run_date the only places that read a clock. -#}
{% macro reported_at() -%}
    cast(
        '{{ run_started_at.astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') }}'
        as timestamp
    )
{%- endmacro %}
