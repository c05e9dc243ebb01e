{#- What several columns may hold, in one node: a failing row names the column, what is wrong with it
    and how many rows have it. NULL is only wrong in the columns of not_null. -#}
{% test valid_columns(model, not_null=[], accepted={}, minimum={}, maximum={}) %}
{%- set checks = [] -%}
{%- for column in not_null -%}
    {%- do checks.append((column, 'is null', column ~ ' is null')) -%}
{%- endfor -%}
{%- for column, values in accepted.items() -%}
    {%- do checks.append((
        column, 'is not an accepted value', column ~ " not in ('" ~ values | join("', '") ~ "')"
    )) -%}
{%- endfor -%}
{%- for column, bound in minimum.items() -%}
    {%- do checks.append((column, 'is below ' ~ bound, column ~ ' < ' ~ bound)) -%}
{%- endfor -%}
{%- for column, bound in maximum.items() -%}
    {%- do checks.append((column, 'is above ' ~ bound, column ~ ' > ' ~ bound)) -%}
{%- endfor -%}
{%- if not checks -%}
    {{ exceptions.raise_compiler_error("valid_columns on " ~ model ~ ": nothing to check") }}
{%- endif %}

with

counts as (
    select
        {%- for column, problem, condition in checks %}
        sum(case when {{ condition }} then 1 else 0 end) as check_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
),

final as (
    {%- for column, problem, condition in checks %}
    {{ 'union all' if not loop.first }}
    select
        '{{ column }}' as column_name,
        '{{ problem }}' as problem,
        check_{{ loop.index }} as row_count
    from counts
    {%- endfor %}
)

select * from final
where row_count > 0

{% endtest %}
