{% macro referred_customer_share(referred_new_customer_count, new_customer_count) -%}
    {{ rate(referred_new_customer_count, new_customer_count) }}
{%- endmacro %}
