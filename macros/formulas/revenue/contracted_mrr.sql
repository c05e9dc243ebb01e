{#- What is held now and what is already agreed: the changes carry their signs, scheduled churn is negative. -#}
{% macro contracted_mrr(mrr, agreed_changes) -%}
    cast({{ mrr }} + {{ agreed_changes }} as {{ type_money() }})
{%- endmacro %}
