with

exchange_rates as (
    select * from {{ ref('base_exchange_rates__judged') }}
),

final as (
    select
        rate_month,
        currency,
        rate_to_reporting,
        loaded_at
    from exchange_rates
    where row_status = 'staged'
)

select * from final
