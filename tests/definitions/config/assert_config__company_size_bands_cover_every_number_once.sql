-- Sorted, the sizes begin at 0, each begins one above the end of the one before, and the last has
-- no end.
with

company_size_bands as (
    select * from {{ ref('company_size_bands') }}
),

neighbours as (
    select
        company_size,
        min_employees,
        max_employees,
        row_number() over (order by min_employees) as band_number,
        count(*) over () as band_count,
        lag(max_employees) over (order by min_employees) as max_employees_before
    from company_size_bands
)

select
    company_size,
    min_employees,
    max_employees
from neighbours
where
    (band_number = 1 and min_employees <> 0)
    or (band_number = band_count and max_employees is not null)
    or (band_number < band_count and max_employees is null)
    or max_employees < min_employees
    or min_employees <> max_employees_before + 1
