{% macro seat_utilisation_rate(seat_user_count, purchased_seat_count) -%}
    {{ rate(seat_user_count, purchased_seat_count) }}
{%- endmacro %}
