{#- `loss` is the alias of a relation with status, previous_status, canceled_date and cancel_reason of
    the largest subscription lost. The order is the definition: the first that applies. -#}
{% macro churn_kind(loss, is_on_free_plan) -%}
    {%- set failures = var('payment_failure_reasons') | map('lower') | join("', '") -%}
    case
        when {{ is_on_free_plan }} then 'downgraded_to_free'
        when {{ loss }}.status in ('past_due', 'unpaid') then 'payment_failure'
        when
            {{ loss }}.status in ('ended', 'canceled')
            and (
                {{ loss }}.previous_status in ('past_due', 'unpaid')
                or {{ loss }}.cancel_reason in ('{{ failures }}')
            )
            then 'payment_failure'
        when {{ loss }}.status = 'paused' then 'paused'
        when {{ loss }}.status = 'active' then 'fully_discounted'
        when
            {{ loss }}.status = 'canceled'
            or {{ loss }}.canceled_date is not null
            or {{ loss }}.cancel_reason is not null
            then 'cancelled'
        else 'unknown'
    end
{%- endmacro %}
