with

months as (
    select * from {{ ref('int_reporting_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

plans as (
    select * from {{ ref('stg_plans') }}
),

-- every tier on the price list, and unknown for who holds none
tiers as (
    select distinct coalesce(plan_tier, 'unknown') as plan_tier
    from plans

    union distinct

    select cast('unknown' as {{ dbt.type_string() }}) as plan_tier
),

segments as (
    select
        'total' as segment_type,
        'all' as segment_value

    union all

    select
        'plan_tier' as segment_type,
        plan_tier as segment_value
    from tiers
    {%- for attribute in account_attributes() %}

    union all

    select distinct
        '{{ attribute }}' as segment_type,
        {{ attribute }} as segment_value
    from attributes
    {%- endfor %}
),

final as (
    select
        months.mrr_month,
        months.is_partial_month,
        cast(segments.segment_type as {{ dbt.type_string() }}) as segment_type,
        cast(segments.segment_value as {{ dbt.type_string() }}) as segment_value
    from months
    cross join segments
)

select * from final
