{#- In whole events and exact decimals: 70 after 100 is not below -0.3. -#}
{% macro is_usage_down(event_count, previous_event_count) -%}
    coalesce(
        {{ previous_event_count }} >= {{ var('signal_min_previous_events') | int }}
        and cast({{ event_count }} as decimal(18, 0))
        < cast({{ previous_event_count }} as decimal(18, 0))
        * cast(1 + cast({{ var('at_risk_usage_change_rate') }} as decimal(9, 4)) as decimal(9, 4)),
        false
    )
{%- endmacro %}
