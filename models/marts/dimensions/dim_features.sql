-- depends_on: {{ ref('int_build_clearance') }}
with

feature_catalogue as (
    select * from {{ ref('feature_catalogue') }}
),

-- several events may be signs of one feature
final as (
    select
        feature,
        min(module) as module,
        cast(count(*) as bigint) as event_count,
        max(case when is_core then 1 else 0 end) = 1 as is_core
    from feature_catalogue
    where feature is not null
    group by feature
)

select * from final
