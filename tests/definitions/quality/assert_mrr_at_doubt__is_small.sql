-- Too much MRR that rests on rejected rows stops every mart: raise max_mrr_at_doubt_share to go on.
select
    mrr_at_doubt,
    mrr_with_missing,
    mrr_at_doubt_share,
    {{ var('max_mrr_at_doubt_share') }} as max_mrr_at_doubt_share
from {{ ref('int_build_clearance') }}
where mrr_at_doubt_share > {{ var('max_mrr_at_doubt_share') }}
