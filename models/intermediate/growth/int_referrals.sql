with

referrals as (
    select * from {{ ref('stg_referrals') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

dim_accounts as (
    select * from {{ ref('dim_accounts') }}
),

-- D-87: neither our own accounts nor who names itself
final as (
    select
        referrals.referral_id,
        referrals.referring_account_id,
        referrals.referred_account_id,
        referrals.referred_date,
        {{ month_of('referrals.referred_date') }} as referral_month,
        coalesce(dim_accounts.created_date <= {{ as_of_date() }}, false) as is_signed_up,
        coalesce(dim_accounts.first_mrr_date >= referrals.referred_date, false) as is_converted,
        dim_accounts.first_mrr_date as referred_first_mrr_date,
        coalesce(dim_accounts.mrr, 0) as referred_mrr
    from referrals
    inner join accounts as referring_accounts
        on
            referrals.referring_account_id = referring_accounts.account_id
            and not referring_accounts.is_internal
    left join accounts as referred_accounts
        on referrals.referred_account_id = referred_accounts.account_id
    left join dim_accounts
        on referrals.referred_account_id = dim_accounts.account_id
    where
        not coalesce(referred_accounts.is_internal, false)
        and (
            referrals.referred_account_id is null
            or referrals.referred_account_id != referrals.referring_account_id
        )
)

select * from final
