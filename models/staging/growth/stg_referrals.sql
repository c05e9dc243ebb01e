with

referrals as (
    select * from {{ ref('base_referrals__judged') }}
),

final as (
    select
        referral_id,
        referring_account_id,
        referred_account_id,
        referred_at,
        referred_date,
        loaded_at
    from referrals
    where row_status = 'staged'
)

select * from final
