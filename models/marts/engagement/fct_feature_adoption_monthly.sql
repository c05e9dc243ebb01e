-- sqlfluff:dialect:postgres
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

usage_months as (
    select * from {{ ref('int_usage_months') }}
),

engagement as (
    select * from {{ ref('fct_engagement_monthly') }}
),

features as (
    select * from {{ ref('dim_features') }}
),

event_months as (
    select * from {{ ref('int_attributed_event_months') }}
),

-- several events may be signs of one feature
account_features as (
    select
        feature,
        account_id,
        usage_month,
        plan_tier,
        {{ attribute_columns('event_months') }},
        sum(event_count) as event_count,
        min(first_event_date) as first_use_date,
        case
            when
                usage_month
                = min(usage_month) over (partition by account_id, feature)
                then 1
            else 0
        end as is_first_month
    from event_months
    where
        feature is not null
        and event_count > 0
    group by
        feature,
        account_id,
        usage_month,
        plan_tier,
        {{ attribute_columns('event_months') }}
),

sums as (
    select
        usage_month,
        feature,
        {{ segment_columns() }},
        count(*) as adopting_account_count,
        sum(is_first_month) as first_use_account_count,
        sum(event_count) as feature_event_count,
        min(first_use_date) as first_use_date
    from account_features
    {{ group_by_segments(['usage_month', 'feature']) }}
),

first_uses as (
    select
        feature,
        segment_type,
        segment_value,
        min(first_use_date) as first_use_date
    from sums
    group by
        feature,
        segment_type,
        segment_value
),

filled_sums as (
    select
        usage_months.usage_month,
        features.feature,
        segment_months.segment_type,
        segment_months.segment_value,
        usage_months.closing_date,
        usage_months.is_partial_month,
        {{ zero_filled('sums', [
            'adopting_account_count', 'first_use_account_count', 'feature_event_count',
        ]) }}
    from segment_months
    inner join usage_months
        on segment_months.mrr_month = usage_months.usage_month
    cross join features
    left join sums
        on
            segment_months.mrr_month = sums.usage_month
            and segment_months.segment_type = sums.segment_type
            and segment_months.segment_value = sums.segment_value
            and features.feature = sums.feature
),

final as (
    select
        filled_sums.usage_month,
        filled_sums.feature,
        filled_sums.segment_type,
        filled_sums.segment_value,
        cast(filled_sums.adopting_account_count as bigint) as adopting_account_count,
        engagement.active_account_count,
        {{ feature_adoption_rate(
            'filled_sums.adopting_account_count', 'engagement.active_account_count'
        ) }} as feature_adoption_rate,
        {{ wilson_low('filled_sums.adopting_account_count', 'engagement.active_account_count') }}
            as feature_adoption_rate_ci_low,
        {{ wilson_high('filled_sums.adopting_account_count', 'engagement.active_account_count') }}
            as feature_adoption_rate_ci_high,
        cast(filled_sums.first_use_account_count as bigint) as first_use_account_count,
        cast(filled_sums.feature_event_count as bigint) as feature_event_count,
        case
            when first_uses.first_use_date <= filled_sums.closing_date
                then first_uses.first_use_date
        end as first_use_date,
        filled_sums.is_partial_month
    from filled_sums
    inner join engagement
        on
            filled_sums.usage_month = engagement.usage_month
            and filled_sums.segment_type = engagement.segment_type
            and filled_sums.segment_value = engagement.segment_value
    left join first_uses
        on
            filled_sums.feature = first_uses.feature
            and filled_sums.segment_type = first_uses.segment_type
            and filled_sums.segment_value = first_uses.segment_value
)

select * from final
