-- depends_on: {{ ref('int_build_clearance') }}
with

month_changes as (
    select * from {{ ref('int_account_month_changes') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
),

tiers as (
    select * from {{ ref('int_account_tiers') }}
),

open_gaps as (
    select * from {{ ref('int_bridged_gaps') }}
    where resume_date is null
),

holding_changes as (
    select
        *,
        lead(mrr_month) over (partition by account_id order by mrr_month) as next_change_month,
        min(first_mrr_date) over (partition by account_id) as account_first_mrr_date
    from month_changes
),

-- a month without a movement opens and closes with what the last movement left
account_months as (
    select
        holding_changes.account_id,
        months.mrr_month,
        months.is_partial_month,
        holding_changes.mrr_month = months.mrr_month as has_moved,
        holding_changes.account_first_mrr_date,
        holding_changes.closing_mrr,
        holding_changes.net_change_amount,
        holding_changes.last_churn_date,
        holding_changes.last_churn_kind,
        holding_changes.new_amount,
        holding_changes.expansion_amount,
        holding_changes.contraction_amount,
        holding_changes.churn_amount,
        holding_changes.reactivation_amount,
        holding_changes.fx_amount
    from holding_changes
    inner join months
        on
            holding_changes.mrr_month <= months.mrr_month
            and (
                holding_changes.next_change_month is null
                or holding_changes.next_change_month > months.mrr_month
            )
            and (
                holding_changes.closing_mrr > 0
                or holding_changes.mrr_month = months.mrr_month
            )
),

netted_months as (
    select
        *,
        case when has_moved then closing_mrr - net_change_amount else closing_mrr end
            as opening_mrr,
        {{ net_month_fx_amount('closing_mrr', 'case when has_moved then fx_amount else 0 end') }}
            as net_fx_amount
    from account_months
),

final as (
    select
        netted_months.account_id,
        netted_months.mrr_month,
        coalesce(
            {{ mrr_movement(
                'case when netted_months.opening_mrr > 0'
                ~ ' then netted_months.opening_mrr + netted_months.net_fx_amount else 0 end',
                'netted_months.closing_mrr',
                '(netted_months.account_first_mrr_date < netted_months.mrr_month)',
            ) }},
            'none'
        ) as movement,
        case
            when netted_months.opening_mrr > 0 and netted_months.closing_mrr = 0
                then netted_months.last_churn_kind
        end as churn_kind,
        case
            when netted_months.opening_mrr > 0 and netted_months.closing_mrr = 0
                then netted_months.last_churn_date
        end as churn_date,
        netted_months.account_first_mrr_date as first_mrr_date,
        coalesce(opening_tiers.plan_tier, closing_tiers.plan_tier, 'unknown') as plan_tier,
        coalesce(closing_tiers.plan_tier, 'unknown') as closing_plan_tier,
        cast(netted_months.opening_mrr as {{ type_money() }}) as opening_mrr,
        cast(
            netted_months.closing_mrr - netted_months.opening_mrr - netted_months.net_fx_amount
            as {{ type_money() }}
        ) as movement_amount,
        cast(netted_months.net_fx_amount as {{ type_money() }}) as fx_amount,
        cast(netted_months.closing_mrr as {{ type_money() }}) as closing_mrr,
        {%- for movement, name in [
            ('new', 'new'), ('expansion', 'expansion'), ('contraction', 'contraction'),
            ('churn', 'churned'), ('reactivation', 'reactivation'), ('fx', 'fx'),
        ] %}
        cast(
            case when netted_months.has_moved then netted_months.{{ movement }}_amount else 0 end
            as {{ type_money() }}
        ) as gross_{{ name }}_mrr,
        {%- endfor %}
        netted_months.is_partial_month,
        coalesce(netted_months.mrr_month >= {{ month_of('open_gaps.gap_start_date') }}, false)
            as is_provisional
    from netted_months
    left join open_gaps
        on netted_months.account_id = open_gaps.account_id
    left join tiers as closing_tiers
        on
            netted_months.account_id = closing_tiers.account_id
            and netted_months.mrr_month >= closing_tiers.first_month
            and (
                closing_tiers.next_change_month is null
                or netted_months.mrr_month < closing_tiers.next_change_month
            )
    left join tiers as opening_tiers
        on
            netted_months.account_id = opening_tiers.account_id
            and netted_months.mrr_month > opening_tiers.first_month
            -- one that goes on is the closing one, too
            and netted_months.mrr_month <= opening_tiers.next_change_month
)

select * from final
