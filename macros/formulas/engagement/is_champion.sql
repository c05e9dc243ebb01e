{#- Roles of the var champion_roles, in any case; a role without quotes, so that it stays one literal. -#}
{% macro is_champion(role) -%}
    {%- set roles = var('champion_roles') | map('string') | map('lower') | map('replace', "'", "''") -%}
    coalesce(lower({{ role }}) in ('{{ roles | join("', '") }}'), false)
{%- endmacro %}
