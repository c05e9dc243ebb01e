{#- The values of a group as one text, in their own order. -#}
{% macro joined_in_order(value, separator) -%}
    {{ return(adapter.dispatch('joined_in_order', 'customer_success_metrics')(value, separator)) }}
{%- endmacro %}

{% macro default__joined_in_order(value, separator) -%}
    {{ dbt.listagg(value, "'" ~ separator ~ "'", 'order by ' ~ value) }}
{%- endmacro %}

{#- Collected values have no order of their own here. -#}
{% macro spark__joined_in_order(value, separator) -%}
    array_join(array_sort(collect_list({{ value }})), '{{ separator }}')
{%- endmacro %}
