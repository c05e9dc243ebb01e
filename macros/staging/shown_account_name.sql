{% macro shown_account_name(account_id, account_name) -%}
    {%- if var('hash_account_names') -%}
        {{ dbt.hash(dbt.concat([account_id, "' '", account_name])) }}
    {%- else -%}
        {{ account_name }}
    {%- endif -%}
{%- endmacro %}
