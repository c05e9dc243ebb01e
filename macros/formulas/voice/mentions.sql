{#- Both sides as comparable_text makes them; the blank is where a word begins. -#}
{% macro mentions(text, keyword, is_inside_words) -%}
    case
        when {{ is_inside_words }} then {{ dbt.position(keyword, text) }} > 0
        else {{ dbt.position("concat(' ', " ~ keyword ~ ")", "concat(' ', " ~ text ~ ")") }} > 0
    end
{%- endmacro %}


{#- The theme of what carries none of the seed's. -#}
{% macro untagged() -%}
    untagged
{%- endmacro %}
