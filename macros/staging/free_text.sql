{#- What people wrote, for a mart's select list; nothing at all where it may not be shown. -#}
{% macro free_text(expression) -%}
    {%- if var('include_free_text') -%}
        {{ expression }}
    {%- else -%}
        cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
