{% macro logins_per_user(login_count, active_user_count) -%}
    {{ rate(login_count, active_user_count) }}
{%- endmacro %}
