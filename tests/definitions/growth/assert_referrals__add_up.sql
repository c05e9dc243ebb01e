-- The months hold the referrals of the advocates, new customers are those of the bridge, and no
-- part is more than its whole. A referral made before the history begins is in no month.
with

referral_months as (
    select * from {{ ref('fct_referrals_monthly') }}
),

advocates as (
    select * from {{ ref('fct_advocates') }}
),

mrr_months as (
    select * from {{ ref('fct_mrr_monthly') }}
),

month_sums as (
    select
        coalesce(sum(referral_count), 0) as referral_count,
        coalesce(sum(signed_up_referral_count), 0) as signed_up_referral_count,
        coalesce(sum(converted_referral_count), 0) as converted_referral_count
    from referral_months
    where segment_type = 'total'
),

advocate_sums as (
    select
        coalesce(sum(referral_count), 0) as referral_count,
        coalesce(sum(signed_up_referral_count), 0) as signed_up_referral_count,
        coalesce(sum(converted_referral_count), 0) as converted_referral_count,
        min(first_referral_date) as first_referral_date,
        sum(
            case
                when
                    converted_referral_count > signed_up_referral_count
                    or signed_up_referral_count > referral_count
                    or (referred_mrr > 0 and converted_referral_count = 0)
                    then 1
                else 0
            end
        ) as wrong_count
    from advocates
),

history as (
    select min(mrr_month) as first_month
    from mrr_months
)

select
    cast(null as date) as mrr_month,
    'advocates' as problem
from month_sums
cross join advocate_sums
cross join history
where
    advocate_sums.wrong_count > 0
    or (
        advocate_sums.first_referral_date >= history.first_month
        and (
            month_sums.referral_count != advocate_sums.referral_count
            or month_sums.signed_up_referral_count != advocate_sums.signed_up_referral_count
            or month_sums.converted_referral_count != advocate_sums.converted_referral_count
        )
    )

union all

select
    referral_months.mrr_month,
    'month' as problem
from referral_months
left join mrr_months
    on
        referral_months.mrr_month = mrr_months.mrr_month
        and referral_months.segment_type = mrr_months.segment_type
        and referral_months.segment_value = mrr_months.segment_value
where
    mrr_months.mrr_month is null
    or referral_months.new_customer_count != mrr_months.new_customer_count
    or referral_months.referred_new_customer_count > referral_months.new_customer_count
    or referral_months.converted_referral_count > referral_months.signed_up_referral_count
    or referral_months.signed_up_referral_count > referral_months.referral_count
