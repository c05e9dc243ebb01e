{% macro clv_net_of_costs(clv, cac, lifetime_retention_cost) -%}
    ({{ clv }} - {{ cac }} - {{ lifetime_retention_cost }})
{%- endmacro %}


{% macro pays_back(clv_net_of_costs) -%}
    ({{ clv_net_of_costs }} > 0)
{%- endmacro %}
