{#- Text to values. Engines' own casts disagree ('12.7' as an integer, dropped offsets, 'yes'), so a
    value must match a grammar first; what does not, or is no day of the calendar, becomes NULL. -#}

{% macro day_pattern() -%}
    [0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])
{%- endmacro %}

{% macro time_pattern() -%}
    ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?
{%- endmacro %}

{% macro offset_pattern() -%}
    Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?
{%- endmacro %}


{% macro parsed_integer(value) -%}
    case
        when {{ matches(value, '[+-]?0*[0-9]{1,9}([.]0+)?') }}
            then cast({{ cast_or_null(value, 'decimal(18, 0)') }} as {{ dbt.type_int() }})
    end
{%- endmacro %}


{#- data_type: decimal(p,s). Surplus decimals must be zeros, unless they are to be rounded (half up,
    as the casts of these engines do from text). -#}
{% macro parsed_decimal(value, data_type, is_rounded=false) -%}
    {%- set precision, scale = data_type[8:-1].split(',') -%}
    {%- set digits = '[0-9]{1,' ~ (precision | int - scale | int) ~ '}' -%}
    {%- set decimals = '[0-9]+' if is_rounded else '[0-9]{1,' ~ scale | trim ~ '}0*' -%}
    {%- set pattern = '[+-]?0*(' ~ digits ~ '([.]' ~ decimals ~ ')?|[.]' ~ decimals ~ ')' -%}
    case
        when {{ matches(value, pattern) }}
            then {{ cast_or_null(value, 'decimal(' ~ precision ~ ', ' ~ scale | trim ~ ')') }}
    end
{%- endmacro %}


{% macro parsed_boolean(value) -%}
    case
        when lower({{ value }}) in ('true', 't', '1') then true
        when lower({{ value }}) in ('false', 'f', '0') then false
    end
{%- endmacro %}


{#- The instant in UTC; ten characters are midnight of that day in the reporting zone. -#}
{% macro parsed_timestamp(value) -%}
    {%- set day = day_pattern() -%}
    {%- set instant = day ~ '[T ]' ~ time_pattern() -%}
    {%- set with_offset = instant ~ ' ?(' ~ offset_pattern() ~ ')' -%}
    case
        when length({{ value }}) = 10
            then {{ midnight_in_utc(
                parsed_ten_characters(value)) }}
        when {{ matches(value, instant) }}
            then {{ safe_timestamp(value) }}
        when {{ matches(value, with_offset) }}
            then {{ without_offset(value) }}
    end
{%- endmacro %}


{#- The day in the reporting zone; ten characters are a day already and are not moved. -#}
{% macro parsed_day(value) -%}
    case
        when length({{ value }}) = 10
            then {{ parsed_ten_characters(value) }}
        else {{ reporting_day(
            parsed_timestamp(value)) }}
    end
{%- endmacro %}


{% macro parsed_ten_characters(value) -%}
    case
        when {{ matches(value, day_pattern()) }}
            then {{ safe_date(value) }}
    end
{%- endmacro %}


{% macro safe_date(value) -%}
    {{ cast_or_null(value, 'date') }}
{%- endmacro %}


{#- Decimals of a second beyond microseconds are cut, on every engine. -#}
{% macro safe_timestamp(value) -%}
    {{ cast_or_null('substr(' ~ value ~ ', 1, 26)', 'timestamp') }}
{%- endmacro %}


{#- `2024-05-01T10:00:00+02:00` is 08:00 in UTC: the clock time less the offset. -#}
{% macro without_offset(value) -%}
    {%- set tail = "replace(replace(substr(" ~ value ~ ", 17), 'Z', '+00'), '-', '+')" -%}
    {%- set seconds = 'trim(' ~ dbt.split_part(tail, "'+'", 1) ~ ')' -%}
    {%- set digits = "rpad(replace(" ~ dbt.split_part(tail, "'+'", 2) ~ ", ':', ''), 4, '0')" -%}
    {%- set minutes -%}
        case when substr({{ value }}, 17) like '%-%' then 1 else -1 end
        * (60 * cast(substr({{ digits }}, 1, 2) as {{ dbt.type_int() }})
        + cast(substr({{ digits }}, 3, 2) as {{ dbt.type_int() }}))
    {%- endset -%}
    {{ dbt.dateadd('minute', minutes, safe_timestamp(
        'concat(substr(' ~ value ~ ', 1, 16), ' ~ seconds ~ ')')) }}
{%- endmacro %}


{#- value: a day in the reporting zone. -#}
{% macro midnight_in_utc(value) -%}
    {%- set zone = reporting_timezone() -%}
    {%- set midnight = 'cast(' ~ value ~ ' as timestamp)' -%}
    {{ midnight if zone == 'UTC' else zone_to_utc(midnight, zone) }}
{%- endmacro %}


{#- value: a timestamp in UTC. -#}
{% macro reporting_day(value) -%}
    {%- set zone = reporting_timezone() -%}
    cast({{ value if zone == 'UTC' else utc_to_zone(value, zone) }} as date)
{%- endmacro %}
