{#- D-10: one rate for all time keeps currency swings out of growth; a rate a month shows them apart. -#}

{% macro fx_policy() -%}
    {%- set policy = var('fx_policy') -%}
    {%- if policy not in ('constant', 'monthly') -%}
        {{ exceptions.raise_compiler_error(
            "var fx_policy is '" ~ policy ~ "': set it to constant or monthly"
        ) }}
    {%- endif -%}
    {{ return(policy) }}
{%- endmacro %}


{#- Which known rate comes first: the one that the constant policy uses, and that the monthly policy
    takes for the time before any rate. -#}
{% macro rate_order(rate_month) -%}
    {%- set base = var('fx_base_month') | string -%}
    {%- if fx_policy() == 'constant' and base -%}
        {%- if not modules.re.match('^[0-9]{4}-(0[1-9]|1[0-2])$', base) -%}
            {{ exceptions.raise_compiler_error(
                "var fx_base_month is '" ~ base ~ "': set it to a month such as 2024-01, or to ''"
            ) }}
        {%- endif -%}
        {%- set base_month = "cast('" ~ base ~ "-01' as date)" -%}
        case when {{ rate_month }} <= {{ base_month }} then {{ rate_month }} end desc nulls last,
        {{ rate_month }}
    {%- else -%}
        {{ rate_month }}
    {%- endif -%}
{%- endmacro %}


{% macro uses_every_rate(rate_month) -%}
    {%- if fx_policy() == 'monthly' -%}
        {{ rate_month }} <= {{ as_of_date() }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
