{#- Stops the build when a raw table rejects too many rows: it stands on a judged model alone, so that
    dbt skips everything behind it. Rows not yet seen are no part of the share. A failing row is a
    rule that was broken, with its rows and the table's share; the log says the same in one line.
    weight: rows that a row of the model stands for, as an SQL expression. -#}
{% test rejected_share(model, source_table, weight='1') %}
{%- set failing_rows %}
with

counts as (
    select
        coalesce(first_rule, '') as rule,
        sum({{ weight }}) as row_count
    from {{ model }}
    where row_status <> 'not_yet_seen'
    group by coalesce(first_rule, '')
),

shares as (
    select
        sum(case when rule <> '' then row_count else 0 end) as rejected_count,
        sum(row_count) as judged_count
    from counts
),

final as (
    select
        '{{ source_table }}' as source_table,
        counts.rule,
        cast(counts.row_count as bigint) as row_count,
        cast(shares.rejected_count as {{ type_double() }})
        / cast(shares.judged_count as {{ type_double() }}) as rejected_share
    from counts
    cross join shares
    where
        counts.rule <> ''
        and shares.rejected_count > {{ var('max_rejected_share') }} * shares.judged_count
)

select * from final
{%- endset %}
{{ failing_rows }}
{%- do say_rejected_share(failing_rows, model) %}
{% endtest %}
