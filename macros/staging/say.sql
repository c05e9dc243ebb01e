{#- Lines in the log for people, from the rows a test fails on; only while tests run. -#}

{% macro rows_to_say(query) -%}
    {%- if not (execute and flags.WHICH in ['build', 'test']) -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query(query).rows) }}
{%- endmacro %}


{#- rows of rejected_share: source_table, rule, row_count, rejected_share. -#}
{% macro say_rejected_share(query, judged) -%}
    {%- set rules = [] -%}
    {%- set rows = rows_to_say(query ~ '\norder by row_count desc, rule') -%}
    {%- for row in rows -%}
        {%- do rules.append(row[1] ~ ' ' ~ row[2]) -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- do log(
            "STOPPED: " ~ '%.2f' | format(100 * rows[0][3]) ~ " % of the rows of raw table "
            ~ rows[0][0] ~ " are rejected (" ~ rules | join(', ') ~ "), at most "
            ~ '%.2f' | format(100 * var('max_rejected_share') | float)
            ~ " % may be: mend the extract, look at row_status = 'rejected' in " ~ judged
            ~ ", or raise the var max_rejected_share", info=true) -%}
    {%- endif -%}
{%- endmacro %}


{#- rows: source_table, rule, row_count. -#}
{% macro say_rejected_rows(query) -%}
    {%- for row in rows_to_say(query) -%}
        {%- do log("rejected: " ~ row[2] ~ " x " ~ row[1] ~ " in " ~ row[0], info=true) -%}
    {%- endfor -%}
{%- endmacro %}
