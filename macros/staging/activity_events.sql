{#- Body of a CTE: the events that are activity and belong to the days read again. Those of unknown
    users and accounts are still among them: parents may change, and are looked up afterwards. -#}
{% macro activity_events(events, catalogue, restart) -%}
    select
        {{ events }}.user_id,
        {{ events }}.account_id,
        {{ events }}.occurred_date,
        {{ events }}.occurred_at,
        {{ events }}.event_name
    from {{ events }}
    left join {{ catalogue }}
        on
            {{ events }}.event_name = {{ catalogue }}.event_name
            and not {{ catalogue }}.is_activity
    where
        {{ events }}.row_status = 'staged'
        -- D-70: an event that the catalogue does not know is activity
        and {{ catalogue }}.event_name is null
        and {{ is_read_again(restart) }}
{%- endmacro %}
