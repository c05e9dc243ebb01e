-- sqlfluff:dialect:postgres
{% set counts = [
    'due_term_count', 'renewed_term_count', 'cut_short_term_count', 'open_term_count',
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

renewals as (
    select * from {{ ref('int_renewals') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

-- each term counts under its interval, under all, and in the headline where it is long
grouped_terms as (
    {%- for group, condition in [
        ('renewals.billing_interval', '1 = 1'), ("'all'", '1 = 1'),
        ("'twelve_months_and_more'", 'renewals.is_long_term'),
    ] %}
    {{ 'union all' if not loop.first }}
    select
        {{ group }} as billing_interval,
        renewals.due_month,
        renewals.plan_tier,
        {{ attribute_columns('attributes') }},
        renewals.due_mrr,
        renewals.renewed_mrr,
        renewals.is_renewed,
        renewals.is_cut_short,
        renewals.is_matured
    from renewals
    inner join attributes
        on renewals.account_id = attributes.account_id
    where {{ condition }}
    {%- endfor %}
),

sums as (
    select
        due_month as mrr_month,
        billing_interval,
        {{ segment_columns() }},
        count(*) as due_term_count,
        sum(case when is_renewed then 1 else 0 end) as renewed_term_count,
        sum(case when is_cut_short then 1 else 0 end) as cut_short_term_count,
        sum(case when is_matured then 0 else 1 end) as open_term_count,
        sum(due_mrr) as due_mrr,
        sum(renewed_mrr) as renewed_mrr
    from grouped_terms
    {{ group_by_segments(['due_month', 'billing_interval']) }}
),

intervals as (
    select distinct billing_interval
    from grouped_terms
),

filled_sums as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        intervals.billing_interval,
        {{ zero_filled('sums', counts + ['due_mrr', 'renewed_mrr']) }}
    from segment_months
    cross join intervals
    left join sums
        on
            segment_months.mrr_month = sums.mrr_month
            and segment_months.segment_type = sums.segment_type
            and segment_months.segment_value = sums.segment_value
            and intervals.billing_interval = sums.billing_interval
),

final as (
    select
        mrr_month as due_month,
        segment_type,
        segment_value,
        cast(billing_interval as {{ dbt.type_string() }}) as billing_interval,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        cast(due_mrr as {{ type_money() }}) as due_mrr,
        cast(renewed_mrr as {{ type_money() }}) as renewed_mrr,
        {{ rate_with_interval(
            'renewal_rate',
            renewal_rate('renewed_term_count', 'due_term_count'),
            ['renewed_term_count', 'due_term_count'],
        ) }},
        {{ when_month_is_over(renewed_mrr_rate('renewed_mrr', 'due_mrr')) }} as renewed_mrr_rate,
        open_term_count = 0 as is_matured,
        is_partial_month
    from filled_sums
)

select * from final
