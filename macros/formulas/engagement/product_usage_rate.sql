{% macro product_usage_rate(active_live_account_count, live_account_count) -%}
    {{ rate(active_live_account_count, live_account_count) }}
{%- endmacro %}
