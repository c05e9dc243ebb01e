{#- The number of new customers stands above and below the line. -#}
{% macro cac_payback_months(acquisition_cost, new_mrr, gross_margin_rate) -%}
    case
        when {{ gross_margin_rate }} > 0
            then {{ rate(acquisition_cost, new_mrr) }} / {{ gross_margin_rate }}
    end
{%- endmacro %}
