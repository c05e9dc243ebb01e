{% macro purchased_seats(is_earning, is_free, is_seat_based, quantity) -%}
    case when {{ is_earning }} and not {{ is_free }} and {{ is_seat_based }} then {{ quantity }} else 0 end
{%- endmacro %}
