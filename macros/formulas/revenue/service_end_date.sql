{#- least() skips NULL on one engine and returns it on another: hence the case. -#}
{% macro service_end_date(ended_date, canceled_date) -%}
    {%- set recognition = var('churn_recognition') -%}
    {%- if recognition == 'service_end' -%}
        {{ ended_date }}
    {%- elif recognition == 'cancellation_request' -%}
        case
            when {{ canceled_date }} < {{ ended_date }} or {{ ended_date }} is null
                then {{ canceled_date }}
            else {{ ended_date }}
        end
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "var churn_recognition is '" ~ recognition
            ~ "': set it to service_end or cancellation_request"
        ) }}
    {%- endif -%}
{%- endmacro %}
