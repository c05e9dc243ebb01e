{#- Reads raw columns, not staged ones: the states' own rules ask for the reporting currency. -#}
{%- set priced = [
    ('subscription_changes', 'effective_at', source('raw', 'subscription_changes')),
    ('invoices', 'issued_at', source('raw', 'invoices')),
    ('costs', 'incurred_on', source('raw', 'costs')),
] -%}

with

-- a row of nothing first, since no table may be in use: it is in no currency
priced_rows as (
    select
        {{ as_text('null') }} as currency,
        cast(null as date) as happened_on
    {%- for table, column, relation in priced if is_using(table) %}
    union all
    select
        upper(currency) as currency,
        {{ parsed_day('happened_at') }} as happened_on
    from (
        select
            {{ trimmed(as_text('currency')) }} as currency,
            {{ trimmed(as_text(column)) }} as happened_at
        from {{ relation }}
    ) as {{ table }}
    {%- endfor %}
),

in_use as (
    select distinct currency
    from priced_rows
    where
        {{ matches('currency', '[A-Z]{3}') }}
        and happened_on >= cast('{{ day_of_var("earliest_date") }}' as date)
        and happened_on <= {{ as_of_date() }}
),

-- D-38: a rate is reporting units for one unit, so a currency that is always 1 is the reporting one
at_par as (
    {% if is_using('exchange_rates') -%}
    select upper({{ trimmed(as_text('currency')) }}) as currency
    from {{ source('raw', 'exchange_rates') }}
    group by upper({{ trimmed(as_text('currency')) }})
    having
        min({{ parsed_decimal(trimmed(as_text('rate_to_reporting')), 'decimal(18,8)') }}) = 1
        and max({{ parsed_decimal(trimmed(as_text('rate_to_reporting')), 'decimal(18,8)') }}) = 1
    {%- else -%}
    select {{ as_text('null') }} as currency
    {%- endif %}
),

only_at_par as (
    select case when count(*) = 1 then min(currency) end as par_currency
    from at_par
),

counted as (
    select
        count(*) as currency_count,
        min(currency) as only_currency,
        {{ joined_in_order('currency', ', ') }} as currencies
    from in_use
),

final as (
    -- XXX is ISO 4217's own code for no currency at all
    select
        {% if chosen_reporting_currency() -%}
        {{ reporting_currency() }} as reporting_currency,
        {%- else -%}
        case
            when counted.currency_count > 1 and only_at_par.par_currency is not null
                then only_at_par.par_currency
            when counted.currency_count > 1
                then {{ fail_with("concat('several currencies are in use (', counted.currencies,"
                    ~ " '): set the var reporting_currency to one of them and give the others"
                    ~ " exchange_rates')") }}
            else coalesce(counted.only_currency, 'XXX')
        end as reporting_currency,
        {%- endif %}
        coalesce(counted.currencies, '') as currencies_in_use
    from counted
    cross join only_at_par
)

select * from final
