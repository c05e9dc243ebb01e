{% macro target_miss(actual, target, direction) -%}
    case
        when {{ direction }} = 'up' and {{ actual }} < {{ target }}
            then {{ target }} - {{ actual }}
        when {{ direction }} = 'down' and {{ actual }} > {{ target }}
            then {{ actual }} - {{ target }}
        when
            {{ direction }} in ('up', 'down')
            and {{ actual }} is not null
            and {{ target }} is not null
            then 0
    end
{%- endmacro %}
