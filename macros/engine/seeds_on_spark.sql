{#- Rows of a seed. dbt-spark's own macro writes a missing value as the text 'None', sends numbers
    through floats and does not escape quotes; dbt calls this one in its place. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set insert -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
        (
            {%- for column in agate_table.column_names -%}
                {%- set type = types.get(column, adapter.convert_type(agate_table, loop.index0)) -%}
                cast({{ _spark_literal(row[loop.index0]) }} as {{ type }}){{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- if agate_table.rows -%}
        {%- do adapter.add_query(insert, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(insert) }}
{%- endmacro %}


{% macro _spark_literal(value) -%}
    {%- if value is none -%}
        null
    {%- else -%}
        {%- set escaped = value | string | replace('\\', '\\\\') | replace("'", "\\'") -%}
        '{{ escaped }}'
    {%- endif -%}
{%- endmacro %}
