-- Customers lost by month and kind, once dated when service ended and once when the customer
-- cancelled: the same losses, known earlier and so in earlier months. What separates two reports of
-- "churn" most often. Needs a build with churn_recognition: service_end, the default; the other
-- builds all marts the other way.
with

months as (
    select * from {{ ref('int_reporting_months') }}
    where not is_partial_month
),

mrr_periods as (
    select * from {{ ref('int_subscription_mrr') }}
    where mrr > 0
),

subscriptions as (
    select * from {{ ref('int_subscriptions') }}
),

churned_customers as (
    select * from {{ ref('fct_churned_customers') }}
),

recognised_periods as (
    select
        'service_end' as recognition,
        account_id,
        valid_from,
        valid_to
    from mrr_periods

    union all

    select
        'cancellation_request' as recognition,
        mrr_periods.account_id,
        mrr_periods.valid_from,
        case
            when
                subscriptions.canceled_date < mrr_periods.valid_to
                or mrr_periods.valid_to is null
                then coalesce(subscriptions.canceled_date, mrr_periods.valid_to)
            else mrr_periods.valid_to
        end as valid_to
    from mrr_periods
    inner join subscriptions
        on mrr_periods.subscription_id = subscriptions.subscription_id
),

-- days are half-open: what ends on the first of a month was there at the opening
customer_months as (
    select
        recognised_periods.recognition,
        months.mrr_month,
        recognised_periods.account_id,
        max(
            case
                when
                    recognised_periods.valid_from < months.mrr_month
                    and (
                        recognised_periods.valid_to >= months.mrr_month
                        or recognised_periods.valid_to is null
                    )
                    then 1
                else 0
            end
        ) as is_at_opening,
        max(
            case
                when
                    recognised_periods.valid_from < months.next_month
                    and (
                        recognised_periods.valid_to >= months.next_month
                        or recognised_periods.valid_to is null
                    )
                    then 1
                else 0
            end
        ) as is_at_closing
    from months
    inner join recognised_periods
        on months.next_month > recognised_periods.valid_from
    where
        recognised_periods.valid_to is null
        or (
            recognised_periods.valid_to >= months.mrr_month
            and recognised_periods.valid_to > recognised_periods.valid_from
        )
    group by
        recognised_periods.recognition,
        months.mrr_month,
        recognised_periods.account_id
),

-- who has cancelled and is still served has no kind yet: it will be a cancellation
losses as (
    select
        customer_months.recognition,
        customer_months.mrr_month,
        customer_months.account_id,
        coalesce(churned_customers.churn_kind, 'cancelled') as churn_kind,
        row_number() over (
            partition by
                customer_months.recognition,
                customer_months.mrr_month,
                customer_months.account_id
            order by churned_customers.churn_month nulls last
        ) as loss_rank
    from customer_months
    left join churned_customers
        on
            customer_months.account_id = churned_customers.account_id
            and customer_months.mrr_month <= churned_customers.churn_month
            and not churned_customers.is_intra_month
    where
        customer_months.is_at_opening = 1
        and customer_months.is_at_closing = 0
),

openings as (
    select
        recognition,
        mrr_month,
        sum(is_at_opening) as opening_customer_count
    from customer_months
    group by recognition, mrr_month
),

churned as (
    select
        mrr_month,
        churn_kind,
        sum(case when recognition = 'service_end' then 1 else 0 end) as by_service_count,
        sum(case when recognition = 'cancellation_request' then 1 else 0 end) as by_request_count
    from losses
    where loss_rank = 1
    group by mrr_month, churn_kind
),

final as (
    select
        churned.mrr_month,
        churned.churn_kind,
        churned.by_service_count as service_end_churned_count,
        by_service.opening_customer_count as service_end_opening_count,
        {{ rate('churned.by_service_count', 'by_service.opening_customer_count') }}
            as service_end_churn_rate,
        churned.by_request_count as cancellation_request_churned_count,
        by_request.opening_customer_count as cancellation_request_opening_count,
        {{ rate('churned.by_request_count', 'by_request.opening_customer_count') }}
            as cancellation_request_churn_rate
    from churned
    left join openings as by_service
        on
            churned.mrr_month = by_service.mrr_month
            and by_service.recognition = 'service_end'
    left join openings as by_request
        on
            churned.mrr_month = by_request.mrr_month
            and by_request.recognition = 'cancellation_request'
)

select * from final
order by mrr_month desc, churn_kind asc
