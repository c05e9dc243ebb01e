{% macro feature_breadth_rate(used_feature_count, feature_count) -%}
    {{ rate(used_feature_count, feature_count) }}
{%- endmacro %}
