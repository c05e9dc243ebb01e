{% macro clv_margin_adjusted(clv, cost_of_revenue, mrr) -%}
    {{ divide_money(
        scaled_integer(clv, 2) ~ ' * ' ~ scaled_integer('(' ~ mrr ~ ' - (' ~ cost_of_revenue ~ '))', 2),
        scaled_integer(mrr, 2),
    ) }}
{%- endmacro %}
