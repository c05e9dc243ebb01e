{% set counts = ['exposed_visitor_count', 'completed_visitor_count'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

exposures as (
    select * from {{ ref('int_goal_exposures') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

conversion_goals as (
    select * from {{ ref('conversion_goals') }}
),

-- each exposure counts under its channel, and once more under all
channel_exposures as (
    select
        exposure_month,
        goal,
        channel,
        visitor_id,
        is_completed
    from exposures

    union all

    select
        exposure_month,
        goal,
        'all' as channel,
        visitor_id,
        is_completed
    from exposures
),

sums as (
    select
        exposure_month,
        goal,
        channel,
        count(distinct visitor_id) as exposed_visitor_count,
        count(distinct case when is_completed then visitor_id end) as completed_visitor_count
    from channel_exposures
    group by
        exposure_month,
        goal,
        channel
),

-- a goal on the list that nobody has seen yet has its row of zeros
goal_channels as (
    select
        goal,
        channel
    from sums

    union distinct

    select
        goal,
        'all' as channel
    from conversion_goals
),

first_exposure as (
    select min(exposure_month) as first_month
    from exposures
),

filled_sums as (
    select
        months.mrr_month as exposure_month,
        months.is_partial_month,
        goal_channels.goal,
        goal_channels.channel,
        {{ zero_filled('sums', counts) }}
    from months
    inner join first_exposure
        on months.mrr_month >= first_exposure.first_month
    cross join goal_channels
    left join sums
        on
            months.mrr_month = sums.exposure_month
            and goal_channels.goal = sums.goal
            and goal_channels.channel = sums.channel
),

final as (
    select
        filled_sums.exposure_month,
        cast(filled_sums.goal as {{ dbt.type_string() }}) as goal,
        cast(filled_sums.channel as {{ dbt.type_string() }}) as channel,
        cast(coalesce(conversion_goals.label, filled_sums.goal) as {{ dbt.type_string() }})
            as goal_label,
        {%- for column in counts %}
        cast(filled_sums.{{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'conversion_rate',
            conversion_rate('completed_visitor_count', 'exposed_visitor_count'),
            ['completed_visitor_count', 'exposed_visitor_count'],
        ) }},
        filled_sums.is_partial_month
    from filled_sums
    left join conversion_goals
        on filled_sums.goal = conversion_goals.goal
)

select * from final
