{% macro repeat_purchase_rate(repeat_buyer_count, buyer_count) -%}
    {{ rate(repeat_buyer_count, buyer_count) }}
{%- endmacro %}
