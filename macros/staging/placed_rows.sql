{#- Third step: each row's place in time and its parents.
      does_not_cast            a text that is there has no value
      is_implausible           it happened before earliest_date
      has_implausible_date     another date lies before earliest_date: it reads as NULL
      has_unknown_parent       a parent is absent or rejected
      is_not_yet_seen          it happens after the as-of date, or a parent does
    Each parent's keys and row_status must be in a CTE named as the parent's table: staged and not
    yet seen ones, one row a key. An optional parent table without any row judges nobody.
    as_of: the last day that counts; none for lists and rates, whose rows it never hides.
    judges_parents: false where they are judged elsewhere. -#}
{% macro placed_rows(table, typed_rows, as_of=none, judges_parents=true) -%}
    {%- if not execute -%}{{ return('select * from ' ~ typed_rows) }}{%- endif -%}
    {%- set columns = contract_columns(table) -%}
    {%- set placing = placing_column(table) -%}
    {%- set parents = columns | selectattr('meta.parent', 'defined') | list -%}
    {%- if not judges_parents -%}{%- set parents = [] -%}{%- endif -%}
    select
    {%- for column in columns %}
        typed.{{ column.raw }},
        {%- if column.kind != 'date' %}
        {{ _plausible('typed.' ~ column.typed, column, placing) }} as {{ column.typed }},
        {%- endif %}
        {%- if column.day %}
        {{ _plausible('typed.' ~ column.day, column, placing) }} as {{ column.day }},
        {%- endif %}
    {%- endfor %}
        typed.raw__loaded_at,
        typed.loaded_at,
        {{ _does_not_cast(columns) }} as does_not_cast,
        {{ _is_implausible([placing] if placing else []) }} as is_implausible,
        {{ _is_implausible(columns | selectattr('day') | rejectattr('name', 'equalto', placing.name)
            | list if placing else []) }} as has_implausible_date,
        {{ _has_unknown_parent(parents) }} as has_unknown_parent,
        {{ _is_not_yet_seen(placing, as_of, parents) }} as is_not_yet_seen
    from {{ typed_rows }} as typed
    {%- for column in parents %}
    left join {{ column.meta.parent }} as {{ _parent_of(column) }}
        on typed.{{ column.typed }} = {{ _parent_of(column) }}.{{ _parent_key(column) }}
    {%- endfor %}
{%- endmacro %}


{% macro _parent_of(column) -%}
    {{ return('parent_of_' ~ column.name) }}
{%- endmacro %}

{% macro _parent_key(column) -%}
    {{ return(key_columns(column.meta.parent)[0].name) }}
{%- endmacro %}


{#- The first day that can have been, for a column of its kind. -#}
{% macro _earliest(column) -%}
    {%- set day = day_of_var('earliest_date') -%}
    cast('{{ day[:8] ~ '01' if column.name.endswith('_month') else day }}' as date)
{%- endmacro %}


{#- A date other than the placing one that cannot have been is not known. -#}
{% macro _plausible(value, column, placing) -%}
    {%- if column.day and placing and column.name != placing.name -%}
        case when typed.{{ column.day }} >= {{ _earliest(column) }} then {{ value }} end
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro %}


{% macro _is_implausible(columns) -%}
    {{- '' if columns else 'false' -}}
    {%- for column in columns -%}
        {{- '\n        or ' if not loop.first -}}
        coalesce(typed.{{ column.day }} < {{ _earliest(column) }}, false)
    {%- endfor -%}
{%- endmacro %}


{% macro _does_not_cast(columns) -%}
    {%- for column in columns if column.kind != 'text' %}
        (typed.{{ column.raw }} is not null and typed.{{ column.typed }} is null) or
    {%- endfor %}
        (typed.raw__loaded_at is not null and typed.loaded_at is null)
{%- endmacro %}


{% macro _has_unknown_parent(parents) -%}
    {{- '' if parents else 'false' -}}
    {%- for column in parents -%}
        {%- set required = raw_contract(column.meta.parent).config.meta.required -%}
        {{- '\n        or ' if not loop.first -}}
        (typed.{{ column.typed }} is not null
            and {{ _parent_of(column) }}.{{ _parent_key(column) }} is null
        {%- if not required %}
            and (select count(*) from {{ column.meta.parent }}) > 0
        {%- endif -%}
        )
    {%- endfor -%}
{%- endmacro %}


{% macro _is_not_yet_seen(placing, as_of, parents) -%}
    {%- if as_of -%}
        coalesce(typed.{{ placing.day }} > {{ as_of }}, false)
    {%- else -%}
        false
    {%- endif -%}
    {%- for column in parents %}
        or coalesce({{ _parent_of(column) }}.row_status = 'not_yet_seen', false)
    {%- endfor -%}
{%- endmacro %}
