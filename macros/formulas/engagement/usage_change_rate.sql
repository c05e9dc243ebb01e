{% macro usage_change_rate(event_count, previous_event_count) -%}
    {{ rate('(' ~ event_count ~ ' - ' ~ previous_event_count ~ ')', previous_event_count) }}
{%- endmacro %}
