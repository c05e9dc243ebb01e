{#- Reads raw columns, not staged ones: staging asks for the as-of date. -#}
{%- set dated = [
    ('usage_events', 'occurred_at', source('raw', 'usage_events')),
    ('survey_responses', 'responded_at', source('raw', 'survey_responses')),
    ('support_tickets', 'opened_at', source('raw', 'support_tickets')),
    ('invoices', 'issued_at', source('raw', 'invoices')),
] -%}
{%- set two_days_before = dbt.dateadd('day', -2, parsed_day('newest_text')) -%}
{%- set run_day = "cast('" ~ run_date() ~ "' as date)" -%}

with

{% for table, column, relation in dated if is_using(table) and not chosen_as_of_date() -%}
-- only the newest texts need a closer look: offset and zone move a day by two at most. Where the
-- newest is no time at all, every text does; one that begins with a blank always.
newest_{{ table }} as (
    select
        coalesce(
            {{ as_text('cast(' ~ two_days_before ~ ' as date)') }}, ''
        ) as first_text
    from (
        select max({{ as_text(column) }}) as newest_text
        from {{ relation }}
        where {{ as_text(column) }} < '{{ run_date() }}'
    ) as texts
),

{% endfor -%}
dated_rows as (
    select cast(null as date) as happened_on
    where 1 = 0
    {% for table, column, relation in dated if is_using(table) and not chosen_as_of_date() -%}
    union all
    select {{ parsed_day('happened_at') }} as happened_on
    from (
        select {{ trimmed(as_text(column)) }} as happened_at
        from {{ relation }}
        where
            {{ as_text(column) }} >= (select n.first_text from newest_{{ table }} as n)
            or {{ as_text(column) }} < '0'
    ) as {{ table }}
    {% endfor %}
),

final as (
    {% if chosen_as_of_date() -%}
    select {{ as_of_date() }} as as_of_date
    {%- else -%}
    select
        coalesce(
            max(happened_on),
            cast({{ dbt.dateadd('day', -1, run_day) }} as date)
        ) as as_of_date
    from dated_rows
    where happened_on < {{ run_day }}
    {%- endif %}
)

select * from final
