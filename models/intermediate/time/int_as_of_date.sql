{#- Reads raw columns, not staged ones: staging asks for the as-of date. -#}
{%- set dated = [
    ('usage_events', 'occurred_at', source('raw', 'usage_events')),
    ('survey_responses', 'responded_at', source('raw', 'survey_responses')),
    ('support_tickets', 'opened_at', source('raw', 'support_tickets')),
    ('invoices', 'issued_at', source('raw', 'invoices')),
] -%}
{%- set chosen = chosen_as_of_date() -%}

with

dated_rows as (
    select cast(null as date) as happened_on
    where 1 = 0
    {%- for table, column, relation in dated if is_using(table) and not chosen %}
    union all
    select {{ parsed_day('happened_at') }} as happened_on
    from (select {{ trimmed(as_text(column)) }} as happened_at from {{ relation }}) as {{ table }}
    {%- endfor %}
),

latest as (
    select max(happened_on) as happened_on
    from dated_rows
    where happened_on < cast('{{ run_date() }}' as date)
),

final as (
    select
        {% if chosen -%}
        {{ as_of_date() }} as as_of_date
        {%- else -%}
        coalesce(
            happened_on,
            cast({{ dbt.dateadd('day', -1, "cast('" ~ run_date() ~ "' as date)") }} as date)
        ) as as_of_date
        {%- endif %}
    from latest
)

select * from final
