{% macro is_champion_gone(has_active_champion, had_active_champion) -%}
    coalesce({{ had_active_champion }} and not {{ has_active_champion }}, false)
{%- endmacro %}
