-- Why NRR is another one than in the month before, by segment: did customers of a segment keep more
-- (rate effect), or did the opening MRR move to segments that keep more (mix effect)? Over the
-- segments of one type both effects add up to the change of the total. Filter one segment_type.
--   rate effect  mean of the segment's shares of opening MRR x change of its NRR
--   mix effect   change of its share x (mean of its two NRRs - mean of the two total ones)
-- A segment without opening MRR in one of the months has no NRR there: all it does is mix.
with

segment_months as (
    select * from {{ ref('fct_retention_monthly') }}
    where not is_partial_month
),

totals as (
    select
        mrr_month,
        opening_mrr,
        net_revenue_retention_rate as total_nrr
    from segment_months
    where segment_type = 'total'
),

shares as (
    select
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.mrr_month,
        totals.total_nrr,
        segment_months.net_revenue_retention_rate as nrr,
        {{ rate('segment_months.opening_mrr', 'totals.opening_mrr') }} as opening_share
    from segment_months
    inner join totals
        on segment_months.mrr_month = totals.mrr_month
    where segment_months.segment_type != 'total'
),

-- months are without gaps: the row before is the month before
shares_with_previous as (
    select
        *,
        lag(total_nrr) over (
            partition by segment_type, segment_value
            order by mrr_month
        ) as previous_total_nrr,
        lag(nrr) over (
            partition by segment_type, segment_value
            order by mrr_month
        ) as previous_nrr,
        lag(opening_share) over (
            partition by segment_type, segment_value
            order by mrr_month
        ) as previous_opening_share
    from shares
),

comparable as (
    select
        segment_type,
        segment_value,
        mrr_month,
        total_nrr,
        previous_total_nrr,
        nrr,
        previous_nrr,
        opening_share,
        previous_opening_share,
        coalesce(nrr, previous_nrr, 0) as known_nrr,
        coalesce(previous_nrr, nrr, 0) as known_previous_nrr
    from shares_with_previous
    where
        total_nrr is not null
        and previous_total_nrr is not null
),

final as (
    select
        segment_type,
        mrr_month,
        segment_value,
        previous_opening_share,
        opening_share,
        previous_nrr,
        nrr,
        (previous_opening_share + opening_share) / 2 * (known_nrr - known_previous_nrr)
            as rate_effect,
        (opening_share - previous_opening_share)
        * ((known_nrr + known_previous_nrr) / 2 - (total_nrr + previous_total_nrr) / 2)
            as mix_effect,
        total_nrr - previous_total_nrr as total_nrr_change
    from comparable
)

select * from final
order by
    mrr_month desc, segment_type asc, abs(rate_effect + mix_effect) desc, segment_value asc
