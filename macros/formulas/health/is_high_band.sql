{% macro is_high_band(health_band) -%}
    coalesce({{ health_band }} in ('{{ var("expansion_bands") | join("', '") }}'), false)
{%- endmacro %}
