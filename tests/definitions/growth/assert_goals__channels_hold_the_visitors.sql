-- A visitor counts once under all and at least once under its channels; who completed saw the goal.
with

goal_months as (
    select * from {{ ref('fct_goal_conversion_monthly') }}
)

select
    exposure_month,
    goal
from goal_months
group by
    exposure_month,
    goal
having
    {%- for count in ['exposed_visitor_count', 'completed_visitor_count'] %}
    {{ 'or ' if not loop.first }}sum(case when channel = 'all' then {{ count }} else 0 end)
    > sum(case when channel = 'all' then 0 else {{ count }} end)
    or sum(case when channel = 'all' then {{ count }} else 0 end)
    < max(case when channel = 'all' then 0 else {{ count }} end)
    {%- endfor %}
    or sum(case when completed_visitor_count > exposed_visitor_count then 1 else 0 end) > 0
    or sum(case when channel = 'all' then 1 else 0 end) != 1
