{#- Fourth step: key_rank, 1 for the row that stays of several with one key: the one loaded last,
    then the greatest as text, column by column in contract order. A row not yet seen comes after
    every seen one. Rows that share their key with none are not sorted.
    key: columns of placed_rows; a row without one of them has no duplicate.
    shared_keys: a CTE of keys, or of parts of keys, that may be shared, where it was found more
    cheaply; else they are counted here. -#}
{% macro ranked_rows(table, placed_rows, key=none, shared_keys=none) -%}
    {%- if not execute -%}{{ return('select * from ' ~ placed_rows) }}{%- endif -%}
    {%- set key = key or key_columns(table) | map(attribute='typed') | list -%}
    {%- set shared_key = key[:1] if shared_keys else key -%}
    {%- set shared_keys = shared_keys or _shared_keys(placed_rows, key) -%}
    select
        placed.*,
        1 as key_rank
    from {{ placed_rows }} as placed
    left join {{ shared_keys }} as shared
        on {{ _same_key(shared_key) }}
    where shared.{{ key[0] }} is null
    union all
    select
        placed.*,
        case
            when placed.{{ key | join(' is null or placed.') }} is null then 1
            else row_number() over (
                partition by placed.{{ key | join(', placed.') }}
                order by
                    case when placed.is_not_yet_seen then 1 else 0 end,
                    placed.loaded_at desc nulls last
                    {%- for column in contract_columns(table) %},
                    {{ by_bytes('placed.' ~ column.raw) }} desc nulls last
                    {%- endfor %}
            )
        end as key_rank
    from {{ placed_rows }} as placed
    inner join {{ shared_keys }} as shared
        on {{ _same_key(shared_key) }}
{%- endmacro %}


{% macro _shared_keys(placed_rows, key) -%}
    (
        select {{ key | join(', ') }}
        from {{ placed_rows }}
        group by {{ key | join(', ') }}
        having count(*) > 1
    )
{%- endmacro %}

{% macro _same_key(key) -%}
    {%- for column in key -%}
        {{- ' and ' if not loop.first -}}
        placed.{{ column }} = shared.{{ column }}
    {%- endfor -%}
{%- endmacro %}
