-- Every mart waits for this row, and this row for every judged table: a test that stops one of them
-- stops all marts, so that no reader finds marts of which half are new.
{% for table in raw_tables() -%}
-- depends_on: {{ ref('base_' ~ table ~ '__judged') }}
{% endfor -%}
-- depends_on: {{ ref('base_usage_parents__judged') }}
with

movements as (
    select * from {{ ref('int_account_movements') }}
),

doubts as (
    select * from {{ ref('int_mrr_at_doubt') }}
),

present as (
    select coalesce(sum(movement_amount), 0) as mrr
    from movements
),

doubt as (
    select
        coalesce(sum(mrr_at_doubt), 0) as mrr_at_doubt,
        coalesce(sum(mrr_at_doubt - resting_mrr), 0) as missing_mrr
    from doubts
),

final as (
    select
        cast(present.mrr as {{ type_money() }}) as mrr,
        cast(doubt.mrr_at_doubt as {{ type_money() }}) as mrr_at_doubt,
        cast(present.mrr + doubt.missing_mrr as {{ type_money() }}) as mrr_with_missing,
        {{ rate('doubt.mrr_at_doubt', 'present.mrr + doubt.missing_mrr') }}
            as mrr_at_doubt_share
    from present
    cross join doubt
)

select * from final
