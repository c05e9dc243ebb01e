{% macro arpu(mrr, active_user_count) -%}
    {{ divide_money(scaled_integer(mrr, 2), active_user_count) }}
{%- endmacro %}
