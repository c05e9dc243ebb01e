{#- D-12: of several things that changed on one day the first of plan, interval, quantity, price and
    discount is named, since the earlier ones bring the later ones with them. -#}
{% macro change_driver(change) -%}
    case
        when not {{ change }}.had_mrr_before and not {{ change }}.was_earning
            then 'subscription_added'
        when {{ change }}.status in ('ended', 'canceled') then 'subscription_removed'
        when {{ change }}.is_earning != {{ change }}.was_earning then 'status'
        when {{ differs(change, 'plan_id') }}
            then
                case
                    when
                        not {{ differs(change, 'plan_tier') }}
                        and (
                            {{ differs(change, 'billing_interval') }}
                            or {{ differs(change, 'interval_count') }}
                        )
                        then 'interval'
                    else 'plan'
                end
        when {{ differs(change, 'quantity') }} then 'quantity'
        when {{ differs(change, 'unit_amount') }} or {{ differs(change, 'currency') }} then 'price'
        else 'discount'
    end
{%- endmacro %}


{#- NULL equals NULL here: a plan without a tier has not changed its tier. -#}
{% macro differs(change, column) -%}
    (
        coalesce({{ change }}.{{ column }} != {{ change }}.previous_{{ column }}, false)
        or ({{ change }}.{{ column }} is null) != ({{ change }}.previous_{{ column }} is null)
    )
{%- endmacro %}
