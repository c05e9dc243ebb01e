{#- One mechanism cuts every monthly fact: a model joins its rows to int_account_attributes, groups them
    with group_by_segments and selects segment_columns. No attribute is ever NULL (a missing one is
    'unknown'), so in a grouping set exactly the one column that it groups by is there. -#}

{#- What facts are cut by: plan_tier, which varies in time, and the attributes of the account. -#}
{% macro segment_attributes() -%}
    {{ return(['plan_tier'] + account_attributes()) }}
{%- endmacro %}


{% macro account_attributes() -%}
    {{ return(_own_attributes() + extra_attributes()) }}
{%- endmacro %}


{% macro _own_attributes() -%}
    {{ return([
        'region', 'country', 'industry', 'company_size', 'acquisition_channel', 'csm_owner',
        'signup_cohort',
    ]) }}
{%- endmacro %}


{#- Further columns of raw accounts to cut by, from the var. -#}
{% macro extra_attributes() -%}
    {%- set extra = var('segment_attributes') -%}
    {%- set known = ['plan_tier'] + _own_attributes() -%}
    {%- if extra is string or extra is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "var segment_attributes is '" ~ extra ~ "': set it to a list such as [age_band]"
        ) }}
    {%- endif -%}
    {%- for name in extra -%}
        {%- if not modules.re.match('^[a-z][a-z0-9_]*$', name | string) -%}
            {{ exceptions.raise_compiler_error(
                "var segment_attributes names '" ~ name ~ "': list columns of raw accounts, lower case"
            ) }}
        {%- elif name in ['account_name', 'contact_email'] -%}
            {{ exceptions.raise_compiler_error(
                "var segment_attributes names '" ~ name ~ "', which says who somebody is: take it out"
            ) }}
        {%- elif name in known -%}
            {{ exceptions.raise_compiler_error(
                "var segment_attributes names '" ~ name ~ "', which is cut by already: take it out"
            ) }}
        {%- endif -%}
        {%- do known.append(name) -%}
    {%- endfor -%}
    {{ return(extra | list) }}
{%- endmacro %}


{#- keys: the columns of the grain besides the segment. -#}
{% macro group_by_segments(keys) -%}
    group by grouping sets (
        ({{ keys | join(', ') }})
        {%- for attribute in segment_attributes() %},
        ({{ (keys + [attribute]) | join(', ') }})
        {%- endfor %}
    )
{%- endmacro %}


{#- The two key columns, for the select list beside group_by_segments. -#}
{% macro segment_columns() -%}
    case
        {%- for attribute in segment_attributes() %}
        when {{ attribute }} is not null then '{{ attribute }}'
        {%- endfor %}
        else 'total'
    end as segment_type,
    coalesce({{ segment_attributes() | join(', ') }}, 'all') as segment_value
{%- endmacro %}


{#- The attributes of an account, for the select list of the rows to be grouped. -#}
{% macro attribute_columns(attributes) -%}
    {%- for attribute in account_attributes() %}
    {{ attributes }}.{{ attribute }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
