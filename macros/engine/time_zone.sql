{#- Between UTC and the reporting zone, always by name, never by a session's zone. -#}

{% macro utc_to_zone(value, zone) -%}
    {{ return(adapter.dispatch('utc_to_zone', 'customer_success_metrics')(value, zone)) }}
{%- endmacro %}

{% macro default__utc_to_zone(value, zone) -%}
    timezone('{{ zone }}', timezone('UTC', {{ value }}))
{%- endmacro %}

{% macro spark__utc_to_zone(value, zone) -%}
    from_utc_timestamp({{ value }}, '{{ zone }}')
{%- endmacro %}


{% macro zone_to_utc(value, zone) -%}
    {{ return(adapter.dispatch('zone_to_utc', 'customer_success_metrics')(value, zone)) }}
{%- endmacro %}

{% macro default__zone_to_utc(value, zone) -%}
    timezone('UTC', timezone('{{ zone }}', {{ value }}))
{%- endmacro %}

{% macro spark__zone_to_utc(value, zone) -%}
    to_utc_timestamp({{ value }}, '{{ zone }}')
{%- endmacro %}
