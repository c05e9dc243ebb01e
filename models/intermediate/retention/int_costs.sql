with

costs as (
    select * from {{ ref('stg_costs') }}
),

cost_categories as (
    select * from {{ ref('cost_categories') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

currency_rates as (
    select * from {{ ref('int_currency_rates') }}
),

final as (
    select
        costs.cost_id,
        costs.account_id,
        costs.channel,
        {{ month_of('costs.incurred_date') }} as cost_month,
        coalesce(cost_categories.purpose, 'uncategorised') as purpose,
        {{ cost_in_reporting_currency('costs.amount', 'currency_rates.rate') }} as cost_amount
    from costs
    left join cost_categories
        on costs.category = cost_categories.category
    left join accounts
        on costs.account_id = accounts.account_id
    -- costs follow the fx policy by the month of spending
    inner join currency_rates
        on
            costs.currency = currency_rates.currency
            and costs.incurred_date >= currency_rates.valid_from
            and (
                currency_rates.valid_to is null
                or costs.incurred_date < currency_rates.valid_to
            )
    -- what was spent on one's own test accounts is nobody's cost
    where not coalesce(accounts.is_internal, false)
)

select * from final
