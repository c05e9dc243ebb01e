{#- The attribute of the account whose values seed health_action_weights names, from the var. -#}
{% macro health_segment_attribute() -%}
    {%- set name = var('health_segment_attribute') -%}
    {%- if name not in account_attributes() -%}
        {{ exceptions.raise_compiler_error(
            "var health_segment_attribute is '" ~ name ~ "': set it to one of "
            ~ account_attributes() | join(', ')
        ) }}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}
