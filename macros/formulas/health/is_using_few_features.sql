{% macro is_using_few_features(feature_breadth_rate) -%}
    coalesce({{ feature_breadth_rate }} < {{ var('at_risk_feature_breadth_rate') }}, false)
{%- endmacro %}
