{%- set counts = {'dau': 1, 'wau': 7, 'mau': 30} -%}

with

user_days as (
    select * from {{ ref('int_active_user_days') }}
),

neighbours as (
    select
        *,
        lag(occurred_date) over (partition by user_id order by occurred_date) as previous_date,
        lead(occurred_date) over (partition by user_id order by occurred_date) as next_date
    from user_days
),

gaps as (
    select
        account_id,
        occurred_date,
        cast(
            {{ dbt.datediff('previous_date', 'occurred_date', 'day') }}
            as int
        ) as days_since_previous,
        cast(
            {{ dbt.datediff('occurred_date', 'next_date', 'day') }}
            as int
        ) as days_to_next
    from neighbours
),

-- D-72: days less than n apart are one island; a user is counted from its first day to n - 1 days
-- after its last, whatever lies in between
island_edges as (
    select
        {%- for name, length in counts.items() %}
        case when coalesce(days_since_previous, {{ length }}) >= {{ length }} then 1 else 0 end
            as {{ name }}_change,
        {%- endfor %}
        account_id,
        occurred_date as change_date
    from gaps
    {%- for ending, length in counts.items() %}

    union all

    select
        {%- for name in counts %}
        {{ -1 if name == ending else 0 }} as {{ name }}_change,
        {%- endfor %}
        account_id,
        cast({{ dbt.dateadd('day', length, 'occurred_date') }} as date) as change_date
    from gaps
    where coalesce(days_to_next, {{ length }}) >= {{ length }}
    {%- endfor %}
),

final as (
    select
        {%- for name in counts %}
        sum({{ name }}_change) as {{ name }}_change,
        {%- endfor %}
        account_id,
        change_date
    from island_edges
    where change_date <= {{ as_of_date() }}
    group by
        account_id,
        change_date
)

select * from final
