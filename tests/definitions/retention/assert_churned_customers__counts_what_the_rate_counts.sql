-- The list of a month has as many rows as its churn rate counts, of each kind, and the MRR that the
-- bridge lost; accounts won and lost inside the month are flagged and counted apart.
with

churned_customers as (
    select * from {{ ref('fct_churned_customers') }}
),

retention_months as (
    select * from {{ ref('fct_retention_monthly') }}
    where segment_type = 'total'
),

list_months as (
    select
        churn_month,
        sum(case when is_intra_month then 0 else 1 end) as churned_customer_count,
        sum(case when is_intra_month then 1 else 0 end) as intra_month_churned_count,
        {%- for kind in churn_kinds() %}
        sum(case when churn_kind = '{{ kind }}' and not is_intra_month then 1 else 0 end)
            as {{ kind }}_customer_count,
        {%- endfor %}
        sum(case when is_intra_month then 0 else lost_mrr end) as lost_mrr
    from churned_customers
    group by churn_month
)

select
    coalesce(retention_months.mrr_month, list_months.churn_month) as mrr_month,
    retention_months.churned_customer_count,
    list_months.churned_customer_count as listed_count,
    retention_months.intra_month_churned_count,
    list_months.intra_month_churned_count as listed_intra_month_count,
    retention_months.churned_mrr,
    list_months.lost_mrr as listed_mrr
from retention_months
full outer join list_months
    on retention_months.mrr_month = list_months.churn_month
where
    retention_months.mrr_month is null
    or retention_months.churned_customer_count != coalesce(list_months.churned_customer_count, 0)
    or retention_months.intra_month_churned_count
    != coalesce(list_months.intra_month_churned_count, 0)
    {%- for kind in churn_kinds() %}
    or retention_months.{{ kind }}_customer_count
    != coalesce(list_months.{{ kind }}_customer_count, 0)
    {%- endfor %}
    or -retention_months.churned_mrr != coalesce(list_months.lost_mrr, 0)
