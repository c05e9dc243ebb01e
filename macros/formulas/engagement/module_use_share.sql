{% macro module_use_share(module_seconds, all_modules_seconds) -%}
    {{ rate(module_seconds, all_modules_seconds) }}
{%- endmacro %}
