{#- Flat beyond the last tenure that anyone was seen at. -#}
{% macro restricted_mean_lifetime_months(survival_sum, last_survival_rate, last_tenure_months) -%}
    {%- set horizon = customer_success_metrics.clv_horizon_months() -%}
    (
        {{ survival_sum }}
        + case
            when {{ last_tenure_months }} < {{ horizon - 1 }}
                then ({{ horizon - 1 }} - {{ last_tenure_months }}) * {{ last_survival_rate }}
            else 0
        end
    )
{%- endmacro %}


{% macro clv_horizon_months() -%}
    {%- set horizon = var('clv_horizon_months') | string -%}
    {%- if not modules.re.match('^[1-9][0-9]{0,3}$', horizon) -%}
        {{ exceptions.raise_compiler_error(
            "var clv_horizon_months is '" ~ horizon ~ "': set it to a number of months such as 60"
        ) }}
    {%- endif -%}
    {{ return(horizon | int) }}
{%- endmacro %}
