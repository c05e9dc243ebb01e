{% macro net_new_mrr(opening_mrr, mrr) -%}
    cast({{ mrr }} - {{ opening_mrr }} as {{ type_money() }})
{%- endmacro %}
