{#- Kaplan-Meier. Engines have no running product, so logarithms are added up. All lost has none: it is
    said apart, once and for all later tenures. -#}
{% macro survival_log_factor(lost_count, at_risk_count) -%}
    case
        when {{ lost_count }} < {{ at_risk_count }}
            then ln(1 - {{ rate(lost_count, at_risk_count) }})
        else cast(0 as {{ type_double() }})
    end
{%- endmacro %}


{% macro survival_rate(log_sum, is_all_lost) -%}
    case
        when {{ is_all_lost }} then cast(0 as {{ type_double() }})
        else exp({{ log_sum }})
    end
{%- endmacro %}
