{#- The last day before the last n days, the as-of date being one of them. -#}
{% macro days_before_as_of(days) -%}
    cast({{ dbt.dateadd('day', -(days | int), as_of_date()) }} as date)
{%- endmacro %}
