{#- The reporting currency as an SQL expression of type text: the var, else the only one in use. -#}
{% macro reporting_currency() -%}
    {%- set currency = customer_success_metrics.chosen_reporting_currency() -%}
    {%- if currency -%}
        '{{ currency }}'
    {%- else -%}
        (select reporting_currency from {{ ref('int_reporting_currency') }})
    {%- endif -%}
{%- endmacro %}


{% macro chosen_reporting_currency() -%}
    {%- set currency = (var('reporting_currency') or '') | string | trim | upper -%}
    {%- if currency and not modules.re.match('^[A-Z]{3}$', currency) -%}
        {{ exceptions.raise_compiler_error(
            "reporting_currency '" ~ currency ~ "' is no currency: set the var to three letters") }}
    {%- endif -%}
    {{ return(currency) }}
{%- endmacro %}
