{% macro staff_penetration_rate(staff_user_count, employee_count) -%}
    {{ rate(staff_user_count, employee_count) }}
{%- endmacro %}
