-- sqlfluff:dialect:postgres
{% set counts = [
    'free_plan_account_count', 'opening_free_plan_account_count',
    'started_free_plan_account_count', 'converted_free_plan_account_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

freemium_months as (
    select * from {{ ref('int_freemium_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- who pays nothing holds no tier
attributed_months as (
    select
        freemium_months.mrr_month,
        freemium_months.is_opening,
        freemium_months.is_converted,
        'unknown' as plan_tier,
        {{ attribute_columns('attributes') }}
    from freemium_months
    inner join attributes
        on freemium_months.account_id = attributes.account_id
),

sums as (
    select
        mrr_month,
        {{ segment_columns() }},
        count(*) as free_plan_account_count,
        sum(case when is_opening then 1 else 0 end) as opening_free_plan_account_count,
        sum(case when is_opening then 0 else 1 end) as started_free_plan_account_count,
        sum(case when is_converted then 1 else 0 end) as converted_free_plan_account_count
    from attributed_months
    {{ group_by_segments(['mrr_month']) }}
),

filled_sums as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        {{ zero_filled('sums', counts) }}
    from segment_months
    {{ join_segment_months('sums') }}
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'freemium_conversion_rate',
            freemium_conversion_rate(
                'converted_free_plan_account_count', 'free_plan_account_count'
            ),
            ['converted_free_plan_account_count', 'free_plan_account_count'],
        ) }},
        is_partial_month
    from filled_sums
)

select * from final
