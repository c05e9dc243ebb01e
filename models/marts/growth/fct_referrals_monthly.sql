-- sqlfluff:dialect:postgres
{% set referral_counts = [
    'referral_count', 'signed_up_referral_count', 'converted_referral_count',
] %}
{% set customer_counts = ['new_customer_count', 'referred_new_customer_count'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

referrals as (
    select * from {{ ref('int_referrals') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- D-88: a referral stands under who made it, a new customer under itself
attributed_referrals as (
    select
        referrals.referral_month as mrr_month,
        coalesce(account_months.plan_tier, 'unknown') as plan_tier,
        {{ attribute_columns('attributes') }},
        referrals.is_signed_up,
        referrals.is_converted
    from referrals
    inner join attributes
        on referrals.referring_account_id = attributes.account_id
    left join account_months
        on
            referrals.referring_account_id = account_months.account_id
            and referrals.referral_month = account_months.mrr_month
),

referral_sums as (
    select
        mrr_month,
        {{ segment_columns() }},
        count(*) as referral_count,
        sum(case when is_signed_up then 1 else 0 end) as signed_up_referral_count,
        sum(case when is_converted then 1 else 0 end) as converted_referral_count
    from attributed_referrals
    {{ group_by_segments(['mrr_month']) }}
),

won_by_referral as (
    select distinct referred_account_id as account_id
    from referrals
    where is_converted
),

attributed_customers as (
    select
        account_months.mrr_month,
        account_months.plan_tier,
        {{ attribute_columns('attributes') }},
        won_by_referral.account_id is not null as is_referred
    from account_months
    inner join attributes
        on account_months.account_id = attributes.account_id
    left join won_by_referral
        on account_months.account_id = won_by_referral.account_id
    where account_months.movement = 'new'
),

customer_sums as (
    select
        mrr_month,
        {{ segment_columns() }},
        count(*) as new_customer_count,
        sum(case when is_referred then 1 else 0 end) as referred_new_customer_count
    from attributed_customers
    {{ group_by_segments(['mrr_month']) }}
),

first_referral as (
    select min(referral_month) as first_month
    from referrals
),

filled_sums as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        {{ zero_filled('referral_sums', referral_counts) }},
        {{ zero_filled('customer_sums', customer_counts) }}
    from segment_months
    inner join first_referral
        on segment_months.mrr_month >= first_referral.first_month
    {{ join_segment_months('referral_sums') }}
    {{ join_segment_months('customer_sums') }}
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        {%- for column in referral_counts + customer_counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {{ rate_with_interval(
            'referral_conversion_rate',
            referral_conversion_rate('converted_referral_count', 'referral_count'),
            ['converted_referral_count', 'referral_count'],
        ) }},
        {{ rate_with_interval(
            'referred_customer_share',
            referred_customer_share('referred_new_customer_count', 'new_customer_count'),
            ['referred_new_customer_count', 'new_customer_count'],
        ) }},
        is_partial_month
    from filled_sums
)

select * from final
