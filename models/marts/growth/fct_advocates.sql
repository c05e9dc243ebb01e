-- depends_on: {{ ref('int_build_clearance') }}
with

referrals as (
    select * from {{ ref('int_referrals') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
    where mrr_month = {{ month_of(as_of_date()) }}
),

referral_sums as (
    select
        referring_account_id as account_id,
        count(*) as referral_count,
        sum(case when is_signed_up then 1 else 0 end) as signed_up_referral_count,
        sum(case when is_converted then 1 else 0 end) as converted_referral_count,
        min(referred_date) as first_referral_date,
        max(referred_date) as last_referral_date
    from referrals
    group by referring_account_id
),

-- who was named twice pays once
won_accounts as (
    select distinct
        referring_account_id as account_id,
        referred_account_id,
        referred_mrr
    from referrals
    where is_converted
),

won_sums as (
    select
        account_id,
        sum(referred_mrr) as referred_mrr
    from won_accounts
    group by account_id
),

final as (
    select
        referral_sums.account_id,
        accounts.account_name,
        -- D-89
        cast(
            rank() over (
                order by
                    referral_sums.converted_referral_count desc,
                    referral_sums.referral_count desc
            ) as bigint
        ) as advocate_rank,
        cast(referral_sums.referral_count as bigint) as referral_count,
        cast(referral_sums.signed_up_referral_count as bigint) as signed_up_referral_count,
        cast(referral_sums.converted_referral_count as bigint) as converted_referral_count,
        cast(coalesce(won_sums.referred_mrr, 0) as {{ type_money() }}) as referred_mrr,
        referral_sums.first_referral_date,
        referral_sums.last_referral_date,
        accounts.is_customer,
        accounts.first_mrr_date,
        accounts.mrr,
        coalesce(account_months.closing_plan_tier, 'unknown') as plan_tier,
        attributes.region,
        attributes.country,
        attributes.industry,
        attributes.company_size,
        attributes.acquisition_channel,
        attributes.csm_owner,
        attributes.signup_cohort
    from referral_sums
    inner join accounts
        on referral_sums.account_id = accounts.account_id
    inner join attributes
        on referral_sums.account_id = attributes.account_id
    left join won_sums
        on referral_sums.account_id = won_sums.account_id
    left join account_months
        on referral_sums.account_id = account_months.account_id
)

select * from final
