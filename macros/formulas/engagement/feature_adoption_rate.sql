{% macro feature_adoption_rate(adopting_account_count, active_account_count) -%}
    {{ rate(adopting_account_count, active_account_count) }}
{%- endmacro %}
