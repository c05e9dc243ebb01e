{#- The end of a run's term number `terms` (0: the run's beginning), always counted from the beginning, so
    that 31 January, 29 February, 31 March do not drift. -#}
{% macro term_date(start_date, terms) -%}
    case
        when interval_months > 0
            then cast({{ dbt.dateadd('month', '(' ~ terms ~ ') * interval_months', start_date) }} as date)
        else cast({{ dbt.dateadd('day', '(' ~ terms ~ ') * interval_days', start_date) }} as date)
    end
{%- endmacro %}


{#- The length of a billing interval in months, 0 where it is counted in days. -#}
{% macro interval_length(billing_interval, interval_count, unit) -%}
    {%- set lengths = {
        'month': {'month': 1, 'quarter': 3, 'half_year': 6, 'year': 12}, 'day': {'day': 1, 'week': 7},
    }[unit] -%}
    cast(
        {{ interval_count }} * case {{ billing_interval }}
            {%- for interval, length in lengths.items() %}
            when '{{ interval }}' then {{ length }}
            {%- endfor %}
            else 0
        end as int
    )
{%- endmacro %}
