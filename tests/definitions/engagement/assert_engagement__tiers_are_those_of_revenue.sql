-- An account's users count under the tier that its MRR counts under.
select
    account_months.account_id,
    account_months.mrr_month,
    account_months.plan_tier,
    engagement.plan_tier as engagement_plan_tier
from {{ ref('fct_account_months') }} as account_months
inner join {{ ref('fct_account_engagement_monthly') }} as engagement
    on
        account_months.account_id = engagement.account_id
        and account_months.mrr_month = engagement.usage_month
where account_months.plan_tier != engagement.plan_tier
