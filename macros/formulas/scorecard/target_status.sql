{% macro target_status(miss, near_distance) -%}
    case
        when {{ miss }} = 0 then 'on_target'
        when {{ miss }} <= {{ near_distance }} then 'near'
        when {{ miss }} > {{ near_distance }} then 'off_target'
    end
{%- endmacro %}
