{% macro quarter_label(date) -%}
    {{ dbt.concat([
        "cast(cast(extract(year from " ~ date ~ ") as int) as " ~ dbt.type_string() ~ ")",
        "'-Q'",
        "cast(cast(extract(quarter from " ~ date ~ ") as int) as " ~ dbt.type_string() ~ ")",
    ]) }}
{%- endmacro %}
