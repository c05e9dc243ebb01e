{#- The grain, in one node: the columns are never NULL and together name one row. -#}
{% test grain(model, columns) %}
{%- set key = columns | join(', ') %}

select
    {{ key }},
    count(*) as row_count
from {{ model }}
group by {{ key }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
