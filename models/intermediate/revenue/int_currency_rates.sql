with

exchange_rates as (
    select * from {{ ref('stg_exchange_rates') }}
),

known_rates as (
    select
        currency,
        rate_month,
        rate_to_reporting,
        row_number() over (
            partition by currency
            order by {{ rate_order('rate_month') }}
        ) as place
    from exchange_rates
    where currency != {{ reporting_currency() }}
),

-- the first known rate also stands for the time before it, the last known for the time after
rates_in_use as (
    select
        currency,
        rate_month,
        rate_to_reporting as rate
    from known_rates
    where place = 1 or {{ uses_every_rate('rate_month') }}

    union all

    select
        {{ reporting_currency() }} as currency,
        cast('1900-01-01' as date) as rate_month,
        1 as rate
),

final as (
    select
        currency,
        case
            when lag(rate_month) over (partition by currency order by rate_month) is null
                then cast('1900-01-01' as date)
            else rate_month
        end as valid_from,
        lead(rate_month) over (partition by currency order by rate_month) as valid_to,
        cast(rate as decimal(18, 8)) as rate,
        cast(
            coalesce(lag(rate) over (partition by currency order by rate_month), rate)
            as decimal(18, 8)
        ) as previous_rate,
        cast(
            coalesce(lead(rate) over (partition by currency order by rate_month), rate)
            as decimal(18, 8)
        ) as next_rate
    from rates_in_use
)

select * from final
