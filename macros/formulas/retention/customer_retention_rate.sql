{% macro customer_retention_rate(churned_customer_count, opening_customer_count) -%}
    {{ rate(
        '(' ~ opening_customer_count ~ ' - ' ~ churned_customer_count ~ ')', opening_customer_count
    ) }}
{%- endmacro %}
