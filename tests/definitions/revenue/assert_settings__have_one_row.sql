-- One as-of date, one reporting currency, one clearance, one count of rows: every model that joins
-- them counts on it.
{%- set one_row_models = [
    'int_as_of_date', 'int_reporting_currency', 'int_build_clearance', 'int_used_row_counts',
] %}
with

row_counts as (
    {%- for model in one_row_models %}
    select
        '{{ model }}' as setting,
        count(*) as row_count
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    setting,
    row_count
from row_counts
where row_count != 1
