-- Sorted by lower bound, the bands begin and end without limit, and each begins where the one
-- before it ends, with the number in between on exactly one side.
with

health_bands as (
    select * from {{ ref('health_bands') }}
),

neighbours as (
    select
        band,
        lower_bound,
        lower_inclusive,
        upper_bound,
        upper_inclusive,
        row_number() over (order by lower_bound nulls first) as band_number,
        count(*) over () as band_count,
        lag(upper_bound) over (order by lower_bound nulls first) as upper_bound_before,
        lag(upper_inclusive) over (order by lower_bound nulls first) as upper_inclusive_before
    from health_bands
)

select
    band,
    case
        when band_number = 1 and lower_bound is not null then 'scores below the lowest band'
        when band_number = band_count and upper_bound is not null
            then 'scores above the highest band'
        when band_number > 1 and lower_bound is null then 'two bands without a lower bound'
        when band_number < band_count and upper_bound is null
            then 'only the highest band may have no upper bound'
        when lower_bound < upper_bound_before then 'overlaps the band before'
        when lower_bound > upper_bound_before then 'leaves a gap to the band before'
        when lower_inclusive and upper_inclusive_before then 'its lower bound is in two bands'
        when not lower_inclusive and not upper_inclusive_before
            then 'its lower bound is in no band'
        when
            lower_bound > upper_bound
            or (lower_bound = upper_bound and not (lower_inclusive and upper_inclusive))
            then 'holds no number'
    end as problem
from neighbours
where
    (band_number = 1 and lower_bound is not null)
    or (band_number = band_count and upper_bound is not null)
    or (band_number > 1 and lower_bound is null)
    or (band_number < band_count and upper_bound is null)
    or lower_bound <> upper_bound_before
    or (band_number > 1 and lower_inclusive = upper_inclusive_before)
    or lower_bound > upper_bound
    or (lower_bound = upper_bound and not (lower_inclusive and upper_inclusive))
