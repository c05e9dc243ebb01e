{#- The segments of every type add up to the total, in one node: a failing row names the type, the key
    and the total it misses. keys: the grain besides the segment; columns: what is additive. -#}
{% test segments_add_up(model, keys, columns) %}

with

totals as (
    select
        {{ keys | join(', ') }},
        {{ columns | join(', ') }}
    from {{ model }}
    where segment_type = 'total'
),

-- a type without any row is missing, not 0
types as (
    {%- for attribute in segment_attributes() %}
    {{ 'union all' if not loop.first }}
    select '{{ attribute }}' as segment_type
    {%- endfor %}
),

expected_sums as (
    select
        types.segment_type,
        totals.*
    from totals
    cross join types
),

segment_sums as (
    select
        segment_type,
        {{ keys | join(', ') }},
        {%- for column in columns %}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
    where segment_type != 'total'
    group by
        segment_type,
        {{ keys | join(', ') }}
)

select
    coalesce(segment_sums.segment_type, expected_sums.segment_type) as segment_type,
    {%- for key in keys %}
    coalesce(segment_sums.{{ key }}, expected_sums.{{ key }}) as {{ key }},
    {%- endfor %}
    {%- for column in columns %}
    segment_sums.{{ column }} as segments_{{ column }},
    expected_sums.{{ column }} as total_{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from expected_sums
full outer join segment_sums
    on
        expected_sums.segment_type = segment_sums.segment_type
        {%- for key in keys %}
        and expected_sums.{{ key }} = segment_sums.{{ key }}
        {%- endfor %}
where
    segment_sums.segment_type is null
    or expected_sums.segment_type is null
    {%- for column in columns %}
    or segment_sums.{{ column }} != expected_sums.{{ column }}
    {%- endfor %}

{% endtest %}
