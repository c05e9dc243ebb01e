{#- A year has 52 weeks and 365 days here, whatever the month: MRR must not change with the calendar. -#}
{% macro interval_months() -%}
    {%- set months = {
        'month': (1, 1), 'quarter': (1, 3), 'half_year': (1, 6), 'year': (1, 12),
        'week': (52, 12), 'day': (365, 12),
    } -%}
    {{ return(months) }}
{%- endmacro %}


{% macro monthly_amount(state) -%}
    {%- for part in ['amount_per_interval', 'billing_interval', 'interval_count', 'rate'] -%}
        {%- if part not in state -%}
            {{ exceptions.raise_compiler_error("monthly_amount: the argument lacks '" ~ part ~ "'") }}
        {%- endif -%}
    {%- endfor -%}
    {%- set times, by = [], [] -%}
    {%- for interval, (multiplier, divisor) in interval_months().items() -%}
        {%- do times.append("when '" ~ interval ~ "' then " ~ multiplier) -%}
        {%- do by.append("when '" ~ interval ~ "' then " ~ divisor) -%}
    {%- endfor -%}
    {{ divide_money(
        state.amount_per_interval
        ~ " * (case " ~ state.billing_interval ~ " " ~ times | join(" ") ~ " end)"
        ~ " * " ~ scaled_integer(state.rate, 8),
        "(case " ~ state.billing_interval ~ " " ~ by | join(" ") ~ " end) * "
        ~ state.interval_count,
        places=22,
    ) }}
{%- endmacro %}
