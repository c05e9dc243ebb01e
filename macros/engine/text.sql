{#- Text as text on every engine. -#}

{% macro as_text(value) -%}
    cast({{ value }} as {{ dbt.type_string() }})
{%- endmacro %}


{#- Blanks, tabs, line ends and no-break spaces off both ends; what is then empty is NULL. -#}
{% macro trimmed(value) -%}
    {{ return(adapter.dispatch('trimmed', 'customer_success_metrics')(value)) }}
{%- endmacro %}

{% macro default__trimmed(value) -%}
    nullif(trim(both {{ blanks() }} from {{ value }}), '')
{%- endmacro %}

{% macro snowflake__trimmed(value) -%}
    nullif(trim({{ value }}, {{ blanks() }}), '')
{%- endmacro %}

{% macro bigquery__trimmed(value) -%}
    nullif(trim({{ value }}, {{ blanks() }}), '')
{%- endmacro %}

{#- Trimming every value of ten million is slow, a look at plain text's ends is not. -#}
{% macro duckdb__trimmed(value) -%}
    case
        when
            strlen({{ value }}) = length({{ value }})
            and {{ value }} >= '!'
            and right({{ value }}, 1) >= '!'
            then {{ value }}
        else nullif(trim({{ value }}, {{ blanks() }}), '')
    end
{%- endmacro %}


{% macro blanks() -%}
    concat(' ', chr(9), chr(10), chr(11), chr(12), chr(13), chr(160))
{%- endmacro %}


{#- Does the whole value match the pattern? Patterns hold no backslash: engines read it each its
    own way. -#}
{% macro matches(value, pattern) -%}
    {{ return(adapter.dispatch('matches', 'customer_success_metrics')(value, pattern)) }}
{%- endmacro %}

{% macro default__matches(value, pattern) -%}
    regexp_like({{ value }}, '^({{ pattern }})$')
{%- endmacro %}

{% macro postgres__matches(value, pattern) -%}
    {{ value }} ~ '^({{ pattern }})$'
{%- endmacro %}

{% macro bigquery__matches(value, pattern) -%}
    regexp_contains({{ value }}, '^({{ pattern }})$')
{%- endmacro %}

{% macro duckdb__matches(value, pattern) -%}
    regexp_full_match({{ value }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(value, pattern) -%}
    {{ value }} rlike '^({{ pattern }})$'
{%- endmacro %}


{#- Text ordered by its bytes, whatever the database's collation. -#}
{% macro by_bytes(value) -%}
    {{ return(adapter.dispatch('by_bytes', 'customer_success_metrics')(value)) }}
{%- endmacro %}

{% macro default__by_bytes(value) -%}
    {{ value }}
{%- endmacro %}

{% macro postgres__by_bytes(value) -%}
    {{ value }} collate "C"
{%- endmacro %}


{#- Says of a CTE that is read twice: work it out twice, it is too big to keep. -#}
{% macro not_kept() -%}
    {{ return(adapter.dispatch('not_kept', 'customer_success_metrics')()) }}
{%- endmacro %}

{% macro default__not_kept() -%}
{%- endmacro %}

{% macro duckdb__not_kept() -%}
    not materialized
{%- endmacro %}

{% macro postgres__not_kept() -%}
    not materialized
{%- endmacro %}

{% macro redshift__not_kept() -%}
{%- endmacro %}
