{% set counts = [
    'buyer_count', 'repeat_buyer_count', 'repeat_invoice_count', 'single_invoice_count',
] %}
{% set amounts = ['repeat_invoice_amount', 'single_invoice_amount'] %}
-- depends_on: {{ ref('int_build_clearance') }}
with

segment_months as (
    select * from {{ ref('int_segment_months') }}
),

purchases as (
    select * from {{ ref('int_repeat_purchases') }}
),

sums as (
    select
        segment_months.mrr_month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_partial_month,
        {{ zero_filled('purchases', counts + amounts) }}
    from segment_months
    {{ join_segment_months('purchases') }}
),

averages as (
    select
        *,
        {{ average_invoice('repeat_invoice_amount', 'repeat_invoice_count') }}
            as repeat_average_invoice_amount,
        {{ average_invoice('single_invoice_amount', 'single_invoice_count') }}
            as single_average_invoice_amount
    from sums
),

final as (
    select
        mrr_month,
        segment_type,
        segment_value,
        {%- for column in counts %}
        cast({{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in amounts %}
        cast({{ column }} as {{ type_money() }}) as {{ column }},
        {%- endfor %}
        {{ repeat_purchase_rate('repeat_buyer_count', 'buyer_count') }} as repeat_purchase_rate,
        {{ wilson_low('repeat_buyer_count', 'buyer_count') }} as repeat_purchase_rate_ci_low,
        {{ wilson_high('repeat_buyer_count', 'buyer_count') }} as repeat_purchase_rate_ci_high,
        repeat_average_invoice_amount,
        single_average_invoice_amount,
        {{ repeat_spend_ratio('repeat_average_invoice_amount', 'single_average_invoice_amount') }}
            as repeat_spend_ratio,
        is_partial_month
    from averages
)

select * from final
