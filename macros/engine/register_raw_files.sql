{#- Tables on folders of Parquet files, where scripts/load has put them. -#}
{% macro register_raw_files(schema, folder, tables, mark) -%}
    {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- for table in tables -%}
        {%- set relation = schema ~ '.' ~ table.name -%}
        {%- set columns = [] -%}
        {%- for column in table.columns -%}
            {%- do columns.append('`' ~ column.name | replace('`', '``') ~ '` ' ~ column.type) -%}
        {%- endfor -%}
        {%- do run_query('drop table if exists ' ~ relation) -%}
        {%- set place = folder | replace("'", "\\'") ~ '/' ~ table.name -%}
        {%- do run_query(
            'create table ' ~ relation ~ ' (' ~ columns | join(', ') ~ ') using parquet'
            ~ " tblproperties ('made' = '" ~ mark ~ "') location '" ~ place ~ "'") -%}
    {%- endfor -%}
{%- endmacro %}
