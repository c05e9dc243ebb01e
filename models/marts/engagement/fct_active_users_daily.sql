-- sqlfluff:dialect:postgres
{% set counts = ['dau', 'wau', 'mau'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

changes as (
    select * from {{ ref('int_active_user_tier_changes') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

first_day as (
    select min(change_date) as first_activity_date
    from changes
),

segments as (
    select distinct
        segment_type,
        segment_value
    from segment_months
),

attributed_changes as (
    select
        changes.change_date,
        changes.plan_tier,
        {%- for name in counts %}
        changes.{{ name }}_change,
        {%- endfor %}
        {{ attribute_columns('attributes') }}
    from changes
    inner join attributes
        on changes.account_id = attributes.account_id
),

sums as (
    select
        change_date,
        {%- for name in counts %}
        sum({{ name }}_change) as {{ name }}_change,
        {%- endfor %}
        {{ segment_columns() }}
    from attributed_changes
    {{ group_by_segments(['change_date']) }}
),

segment_days as (
    select
        dates.date_day,
        dates.calendar_month,
        segments.segment_type,
        segments.segment_value
    from dates
    inner join first_day
        on dates.date_day >= first_day.first_activity_date
    cross join segments
),

final as (
    select
        segment_days.date_day as activity_date,
        segment_days.segment_type,
        segment_days.segment_value,
        {%- for name in counts %}
        cast(
            sum(coalesce(sums.{{ name }}_change, 0)) over (
                partition by segment_days.segment_type, segment_days.segment_value
                order by segment_days.date_day
                rows between unbounded preceding and current row
            ) as bigint
        ) as {{ name }},
        {%- endfor %}
        segment_days.calendar_month as usage_month
    from segment_days
    left join sums
        on
            segment_days.date_day = sums.change_date
            and segment_days.segment_type = sums.segment_type
            and segment_days.segment_value = sums.segment_value
)

select * from final
