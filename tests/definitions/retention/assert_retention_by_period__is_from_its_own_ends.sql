-- Recomputed from the account months, with periods as running numbers instead of dates: customers
-- at a period's first opening, seen again at its last closing. The total, and one stable attribute.
{%- set columns = [
    'opening_customer_count', 'churned_customer_count', 'opening_mrr', 'retained_mrr',
    'opening_customers_closing_mrr',
] %}
{%- set periods = [
    ('quarter', 3, 0), ('fiscal_year', 12, var('fiscal_year_start_month') | int - 1),
] %}
with

account_months as (
    select * from {{ ref('fct_account_months') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

periods as (
    select * from {{ ref('fct_retention_by_period') }}
    where segment_type in ('total', 'region')
),

numbered_months as (
    select
        account_id,
        opening_mrr,
        closing_mrr,
        fx_amount,
        cast(
            extract(year from mrr_month) * 12 + extract(month from mrr_month) - 1 as int
        ) as month_number
    from account_months
),

period_months as (
    {%- for period_type, length, shift in periods %}
    {{ 'union all' if not loop.first }}
    select
        '{{ period_type }}' as period_type,
        cast(floor((month_number - {{ shift }}) / {{ length }}.0) as int) as period_number,
        month_number - {{ shift }}
        - {{ length }} * cast(floor((month_number - {{ shift }}) / {{ length }}.0) as int)
            as month_of_period,
        numbered_months.*
    from numbered_months
    {%- endfor %}
),

last_months as (
    select
        period_type,
        period_number,
        max(month_of_period) as last_month_of_period
    from period_months
    group by
        period_type,
        period_number
),

members as (
    select
        period_months.period_type,
        period_months.period_number,
        period_months.account_id,
        sum(case when period_months.month_of_period = 0 then period_months.opening_mrr else 0 end)
            as opening_mrr,
        sum(
            case
                when period_months.month_of_period = last_months.last_month_of_period
                    then period_months.closing_mrr
                else 0
            end
        ) as closing_mrr,
        sum(period_months.fx_amount) as fx_amount
    from period_months
    inner join last_months
        on
            period_months.period_type = last_months.period_type
            and period_months.period_number = last_months.period_number
    group by
        period_months.period_type,
        period_months.period_number,
        period_months.account_id
),

members_without_fx as (
    select
        members.period_type,
        members.period_number,
        coalesce(accounts.region, 'unknown') as region,
        members.opening_mrr,
        members.closing_mrr,
        case
            when members.closing_mrr = 0 or members.fx_amount > members.closing_mrr then 0
            else members.closing_mrr - members.fx_amount
        end as closing_mrr_without_fx
    from members
    inner join accounts
        on members.account_id = accounts.account_id
    where members.opening_mrr > 0
),

recomputed_periods as (
    {%- for segment_type, value in [('total', "'all'"), ('region', 'region')] %}
    {{ 'union all' if not loop.first }}
    select
        period_type,
        period_number,
        '{{ segment_type }}' as segment_type,
        {{ value }} as segment_value,
        count(*) as opening_customer_count,
        sum(case when closing_mrr = 0 then 1 else 0 end) as churned_customer_count,
        sum(opening_mrr) as opening_mrr,
        sum(
            case
                when closing_mrr_without_fx > opening_mrr then opening_mrr
                else closing_mrr_without_fx
            end
        ) as retained_mrr,
        sum(closing_mrr_without_fx) as opening_customers_closing_mrr
    from members_without_fx
    group by
        period_type,
        period_number
        {{- ', region' if segment_type == 'region' }}
    {%- endfor %}
),

numbered_periods as (
    select
        *,
        case
            {%- for period_type, length, shift in periods %}
            when period_type = '{{ period_type }}'
                then cast(
                    floor((
                        extract(year from period_start_date) * 12
                        + extract(month from period_start_date) - 1 - {{ shift }}
                    ) / {{ length }}.0) as int
                )
            {%- endfor %}
        end as period_number
    from periods
)

select
    coalesce(numbered_periods.period_type, recomputed_periods.period_type) as period_type,
    coalesce(numbered_periods.period_number, recomputed_periods.period_number) as period_number,
    coalesce(numbered_periods.segment_type, recomputed_periods.segment_type) as segment_type,
    {%- for column in columns %}
    numbered_periods.{{ column }},
    recomputed_periods.{{ column }} as recomputed_{{ column }},
    {%- endfor %}
    coalesce(numbered_periods.segment_value, recomputed_periods.segment_value) as segment_value
from numbered_periods
full outer join recomputed_periods
    on
        numbered_periods.period_type = recomputed_periods.period_type
        and numbered_periods.period_number = recomputed_periods.period_number
        and numbered_periods.segment_type = recomputed_periods.segment_type
        and numbered_periods.segment_value = recomputed_periods.segment_value
where
    numbered_periods.period_type is null
    {%- for column in columns %}
    or numbered_periods.{{ column }} != coalesce(recomputed_periods.{{ column }}, 0)
    {%- endfor %}
