{% macro is_usage_up(event_count, previous_event_count) -%}
    coalesce(
        {{ previous_event_count }} >= {{ var('signal_min_previous_events') | int }}
        and cast({{ event_count }} as decimal(18, 0))
        > cast({{ previous_event_count }} as decimal(18, 0))
        * cast(1 + cast({{ var('expansion_usage_change_rate') }} as decimal(9, 4)) as decimal(9, 4)),
        false
    )
{%- endmacro %}
