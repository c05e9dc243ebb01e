{% macro target_attainment(actual, target, direction) -%}
    case
        when {{ actual }} > 0 and {{ target }} > 0
            then
                case {{ direction }}
                    when 'up' then {{ rate(actual, target) }}
                    when 'down' then {{ rate(target, actual) }}
                end
    end
{%- endmacro %}
