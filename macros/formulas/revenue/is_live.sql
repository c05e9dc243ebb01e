{% macro is_live(is_earning, status) -%}
    ({{ is_earning }} or {{ status }} = 'trialing')
{%- endmacro %}
