{% macro activation_rate(activated_account_count, signed_up_account_count) -%}
    {{ rate(activated_account_count, signed_up_account_count) }}
{%- endmacro %}
