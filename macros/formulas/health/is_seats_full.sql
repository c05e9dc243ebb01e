{% macro is_seats_full(seat_utilisation_rate, purchased_seat_count) -%}
    coalesce(
        {{ purchased_seat_count }} >= {{ var('signal_min_seats') }}
        and {{ seat_utilisation_rate }} >= {{ var('expansion_seat_utilisation_rate') }},
        false
    )
{%- endmacro %}
