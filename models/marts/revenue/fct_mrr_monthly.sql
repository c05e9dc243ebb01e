-- sqlfluff:dialect:postgres
{% set movements = [
    ('new', 'new'), ('expansion', 'expansion'), ('contraction', 'contraction'),
    ('churn', 'churned'), ('reactivation', 'reactivation'),
] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

attributes as (
    select * from {{ ref('int_account_attributes') }}
),

account_months as (
    select * from {{ ref('fct_account_months') }}
),

engagement as (
    select * from {{ ref('fct_engagement_monthly') }}
),

account_month_attributes as (
    select
        account_months.*,
        {{ attribute_columns('attributes') }}
    from account_months
    inner join attributes
        on account_months.account_id = attributes.account_id
),

month_sums as (
    select
        mrr_month,
        {{ segment_columns() }},
        sum(opening_mrr) as opening_mrr,
        sum(closing_mrr) as mrr,
        sum(fx_amount) as fx_mrr,
        sum(case when opening_mrr > 0 then 1 else 0 end) as opening_customer_count,
        sum(case when closing_mrr > 0 then 1 else 0 end) as customer_count,
        max(case when is_provisional then 1 else 0 end) as provisional,
        {%- for movement, name in movements %}
        sum(case when movement = '{{ movement }}' then movement_amount else 0 end)
            as {{ name }}_mrr,
        sum(case when movement = '{{ movement }}' then 1 else 0 end)
            as {{ name }}_customer_count,
        sum(gross_{{ name }}_mrr) as gross_{{ name }}_mrr,
        {%- endfor %}
        sum(gross_fx_mrr) as gross_fx_mrr
    from account_month_attributes
    {{ group_by_segments(['mrr_month']) }}
),

bridge as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        coalesce(month_sums.opening_mrr, 0) as opening_mrr,
        coalesce(month_sums.mrr, 0) as mrr,
        coalesce(month_sums.fx_mrr, 0) as fx_mrr,
        coalesce(month_sums.gross_fx_mrr, 0) as gross_fx_mrr,
        coalesce(month_sums.opening_customer_count, 0) as opening_customer_count,
        coalesce(month_sums.customer_count, 0) as customer_count,
        {%- for _, name in movements %}
        coalesce(month_sums.{{ name }}_mrr, 0) as {{ name }}_mrr,
        coalesce(month_sums.gross_{{ name }}_mrr, 0) as gross_{{ name }}_mrr,
        coalesce(month_sums.{{ name }}_customer_count, 0) as {{ name }}_customer_count,
        {%- endfor %}
        engagement.active_user_count,
        coalesce(month_sums.provisional, 0) = 1 as is_provisional
    from segment_months
    {{ join_segment_months('month_sums') }}
    {{ join_segment_months('engagement', 'usage_month') }}
),

bridge_with_previous as (
    select
        *,
        new_mrr + expansion_mrr + reactivation_mrr as won_mrr,
        contraction_mrr + churned_mrr as lost_mrr,
        lag(expansion_mrr) over (
            partition by segment_type, segment_value
            order by mrr_month
        ) as previous_expansion_mrr
    from bridge
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        cast(opening_mrr as {{ type_money() }}) as opening_mrr,
        {%- for _, name in movements %}
        cast({{ name }}_mrr as {{ type_money() }}) as {{ name }}_mrr,
        {%- endfor %}
        cast(fx_mrr as {{ type_money() }}) as fx_mrr,
        cast(mrr as {{ type_money() }}) as mrr,
        {{ net_new_mrr('opening_mrr', 'mrr') }} as net_new_mrr,
        {{ arr('mrr') }} as arr,
        cast(opening_customer_count as bigint) as opening_customer_count,
        {%- for _, name in movements %}
        cast({{ name }}_customer_count as bigint) as {{ name }}_customer_count,
        {%- endfor %}
        cast(customer_count as bigint) as customer_count,
        {{ arpa('mrr', 'customer_count') }} as arpa,
        active_user_count,
        {{ arpu('mrr', 'active_user_count') }} as arpu,
        cast(won_mrr as {{ type_money() }}) as won_mrr,
        cast(lost_mrr as {{ type_money() }}) as lost_mrr,
        cast(previous_expansion_mrr as {{ type_money() }}) as previous_expansion_mrr,
        {{ when_month_is_over(expansion_mrr_rate('expansion_mrr', 'opening_mrr')) }}
            as expansion_mrr_rate,
        {{ when_month_is_over(
            expansion_mrr_growth_rate('expansion_mrr', 'previous_expansion_mrr')
        ) }} as expansion_mrr_growth_rate,
        {{ when_month_is_over(contraction_mrr_rate('contraction_mrr', 'opening_mrr')) }}
            as contraction_mrr_rate,
        {{ when_month_is_over(expansion_to_contraction_ratio('expansion_mrr', 'lost_mrr')) }}
            as expansion_to_contraction_ratio,
        {{ when_month_is_over(quick_ratio('won_mrr', 'lost_mrr')) }} as quick_ratio,
        {%- for _, name in movements %}
        cast(gross_{{ name }}_mrr as {{ type_money() }}) as gross_{{ name }}_mrr,
        {%- endfor %}
        cast(gross_fx_mrr as {{ type_money() }}) as gross_fx_mrr,
        is_partial_month,
        is_provisional
    from bridge_with_previous
)

select * from final
