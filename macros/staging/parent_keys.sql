{#- Keys that rows of other tables may point at, one row a key. A key that is seen in one row and
    not yet in another is seen: max() takes `staged` over `not_yet_seen`. -#}
{% macro parent_keys(table, judged) -%}
    {%- if not execute -%}{{ return('select * from ' ~ judged) }}{%- endif -%}
    {%- set key = key_columns(table)[0].typed -%}
    select
        {{ key }},
        max(row_status) as row_status
    from {{ judged }}
    where row_status <> 'rejected'
    group by {{ key }}
{%- endmacro %}
