with

accounting as (
    select * from {{ ref('raw_row_accounting') }}
    where outcome = 'staged'
),

final as (
    select
        {{ row_counts_by_table('accounting') }}
    from accounting
)

select * from final
