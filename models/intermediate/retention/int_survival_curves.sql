with

tenures as (
    select * from {{ ref('int_survival_tenures') }}
),

months as (
    select * from {{ ref('int_reporting_months') }}
    where not is_partial_month
),

-- what a month's end knows of a tenure: all who were ever seen at it
known_tenures as (
    select
        mrr_month,
        tenure_months,
        segment_type,
        segment_value,
        {%- for column in ['at_risk_count', 'lost_count'] %}
        sum({{ column }}) over (
            partition by segment_type, segment_value, tenure_months
            order by mrr_month
            rows between unbounded preceding and current row
        ) as {{ column }},
        {%- endfor %}
        lead(mrr_month) over (
            partition by segment_type, segment_value, tenure_months
            order by mrr_month
        ) as next_seen_month
    from tenures
),

month_tenures as (
    select
        months.mrr_month,
        known_tenures.tenure_months,
        known_tenures.segment_type,
        known_tenures.segment_value,
        known_tenures.at_risk_count,
        known_tenures.lost_count,
        {{ survival_log_factor('known_tenures.lost_count', 'known_tenures.at_risk_count') }}
            as log_factor
    from known_tenures
    inner join months
        on
            known_tenures.mrr_month <= months.mrr_month
            and (
                known_tenures.next_seen_month is null
                or known_tenures.next_seen_month > months.mrr_month
            )
),

running_sums as (
    select
        mrr_month,
        tenure_months,
        segment_type,
        segment_value,
        {%- for column, sum in [
            ('subject_count', 'max(at_risk_count)'),
            ('lost_subject_count', 'sum(lost_count)'),
            ('log_sum', 'sum(log_factor)'),
            ('all_lost', 'max(case when lost_count = at_risk_count then 1 else 0 end)'),
        ] %}
        {{ sum }} over (
            partition by mrr_month, segment_type, segment_value
            order by tenure_months
            rows between unbounded preceding and current row
        ) as {{ column }},
        {%- endfor %}
        lead(tenure_months) over (
            partition by mrr_month, segment_type, segment_value
            order by tenure_months
        ) as next_tenure_months
    from month_tenures
),

final as (
    select
        mrr_month,
        tenure_months,
        segment_type,
        segment_value,
        subject_count,
        lost_subject_count,
        {{ survival_rate('log_sum', 'all_lost = 1') }} as survival_rate,
        next_tenure_months is null as is_last_tenure
    from running_sums
)

select * from final
