{#- Who never logged in is missed from as many days after signing up. -#}
{% macro is_login_missing(last_login_date, created_date) -%}
    coalesce(
        coalesce({{ last_login_date }}, {{ created_date }})
        <= {{ days_before_as_of(var('at_risk_login_days')) }},
        false
    )
{%- endmacro %}
