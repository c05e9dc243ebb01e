{#- Tables on folders of Parquet files that hold text, where scripts/load has put them. -#}
{% macro register_raw_files(schema, folder, tables) -%}
    {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- for table in tables -%}
        {%- set relation = schema ~ '.' ~ table.name -%}
        {%- do run_query('drop table if exists ' ~ relation) -%}
        {%- do run_query(
            'create table ' ~ relation ~ ' (`' ~ table.columns | join('` string, `')
            ~ "` string) using parquet location '" ~ folder ~ '/' ~ table.name ~ "'") -%}
    {%- endfor -%}
{%- endmacro %}
