-- On every scale: lowest <= end of the low scores < beginning of the high scores <= highest; and
-- the types are written as answers are compared with them.
with

survey_scales as (
    select * from {{ ref('survey_scales') }}
)

select
    survey_type,
    min_score,
    low_max,
    high_min,
    max_score
from survey_scales
where
    min_score > low_max
    or low_max >= high_min
    or high_min > max_score
    or survey_type <> lower(trim(survey_type))
