{#- D-95: without a weighted action anywhere the weights do not fit the events, and nobody is low. -#}
{% macro is_low_band(health_band, has_weighted_actions) -%}
    coalesce(
        {{ has_weighted_actions }}
        and {{ health_band }} in ('{{ var("at_risk_bands") | join("', '") }}'),
        false
    )
{%- endmacro %}
