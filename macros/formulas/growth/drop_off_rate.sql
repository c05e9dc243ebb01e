{% macro drop_off_rate(dropped_account_count, entered_account_count) -%}
    {{ rate(dropped_account_count, entered_account_count) }}
{%- endmacro %}
