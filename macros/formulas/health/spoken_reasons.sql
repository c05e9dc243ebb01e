{#- reasons: list of (flag, text), both SQL expressions. -#}
{% macro spoken_reasons(beginning, reasons) -%}
    {%- set parts = [] -%}
    {%- for flag, text in reasons -%}
        {%- do parts.append("case when " ~ flag ~ " then " ~ dbt.concat(["', '", text]) ~ " else '' end") -%}
    {%- endfor -%}
    {{ dbt.concat([beginning, 'substr(' ~ dbt.concat(parts) ~ ', 3)', "'.'"]) }}
{%- endmacro %}
