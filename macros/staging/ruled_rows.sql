{#- Fifth step: broken_rules, the rules a row breaks in their order, comma separated; '' for none.
    more: further conditions by rule, over the columns of ranked_rows. A rule that cannot be
    decided, for a value is missing, is not broken.
    name: of the column, where the model itself has a rule to add. -#}
{% macro ruled_rows(table, ranked_rows, more={}, name='broken_rules') -%}
    {%- if not execute -%}{{ return('select * from ' ~ ranked_rows) }}{%- endif -%}
    {%- set conditions = _contract_conditions(table) -%}
    {%- for rule in more if rule not in rule_names() -%}
        {{ exceptions.raise_compiler_error("'" ~ rule ~ "' is not in macro rule_names") }}
    {%- endfor -%}
    {%- set breaks = [] -%}
    {%- set named = [] -%}
    {%- for rule in rule_names() -%}
        {%- set either = conditions.get(rule, []) + ([more[rule]] if more.get(rule) else []) -%}
        {%- if either -%}
            {%- do breaks.append(either | join('\n                or ')) -%}
            {%- do named.append("case when " ~ either | join('\n                    or ')
                ~ "\n                    then '," ~ rule ~ "' else '' end") -%}
        {%- endif -%}
    {%- endfor %}
    select
        ranked.*,
        case
            when {{ breaks | join('\n                or ') }}
                then substr(concat(
                    {{ named | join(',\n                    ') }}
                ), 2)
            else ''
        end as {{ name }}
    from {{ ranked_rows }} as ranked
{%- endmacro %}


{#- Every rule, in the order in which the first one is named. -#}
{% macro rule_names() -%}
    {{ return([
        'missing_key', 'duplicate_key', 'value_does_not_cast', 'implausible_date',
        'missing_required_value', 'unknown_parent', 'unknown_enum_value', 'negative_value',
        'discount_percent_out_of_range', 'score_off_scale', 'end_before_start',
        'currency_without_rate', 'trial_end_before_start', 'paid_without_amount_due',
        'two_states_at_one_instant',
    ]) }}
{%- endmacro %}


{#- What the contract itself says, as lists of conditions by rule. -#}
{% macro _contract_conditions(table) -%}
    {%- set conditions = {
        'missing_key': [],
        'duplicate_key': ['key_rank > 1'],
        'value_does_not_cast': ['does_not_cast'],
        'implausible_date': ['is_implausible'],
        'missing_required_value': [],
        'unknown_parent': ['has_unknown_parent'],
        'unknown_enum_value': [],
        'negative_value': [],
        'discount_percent_out_of_range': [],
    } -%}
    {%- set key = raw_contract(table).config.meta.key -%}
    {%- for column in contract_columns(table) -%}
        {%- if column.name in key -%}
            {%- do conditions['missing_key'].append(column.raw ~ ' is null') -%}
        {%- elif column.meta.required -%}
            {%- do conditions['missing_required_value'].append(column.raw ~ ' is null') -%}
        {%- endif -%}
        {%- if column.meta.enum and column.meta.enum != 'survey_type' -%}
            {%- do conditions['unknown_enum_value'].append(
                is_unknown_value(column.typed, column.meta.enum)) -%}
        {%- endif -%}
        {%- if column.meta.maximum is defined -%}
            {%- do conditions['discount_percent_out_of_range'].append(column.typed
                ~ ' not between ' ~ column.meta.minimum ~ ' and ' ~ column.meta.maximum) -%}
        {%- elif column.meta.minimum is defined -%}
            {%- do conditions['negative_value'].append(
                column.typed ~ ' < ' ~ column.meta.minimum) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}
