{#- The values of a coded column and other spellings of each. Before they are compared, values are
    lower case with `_` for blanks and hyphens. Survey types are in the seed survey_scales instead. -#}
{% macro known_values(enum) -%}
    {%- set lists = {
        'billing_interval': {
            'day': ['days', 'daily'],
            'week': ['weeks', 'weekly'],
            'month': ['months', 'monthly'],
            'quarter': ['quarters', 'quarterly'],
            'half_year': ['halfyear', 'half_yearly', 'semiannual', 'semi_annual', 'semiannually'],
            'year': ['years', 'yearly', 'annual', 'annually'],
        },
        'subscription_status': {
            'trialing': ['trialling', 'trial'],
            'active': [],
            'past_due': ['pastdue'],
            'unpaid': [],
            'paused': [],
            'incomplete': [],
            'canceled': ['cancelled'],
        },
        'discount_duration': {'once': [], 'repeating': [], 'forever': []},
        'invoice_status': {
            'draft': [],
            'open': [],
            'paid': [],
            'uncollectible': ['uncollectable'],
            'void': ['voided'],
        },
        'goal_step': {'exposed': [], 'completed': []},
    } -%}
    {{ return(lists[enum]) }}
{%- endmacro %}


{#- A coded value in the spelling the project uses; unknown ones as they are, in that form. -#}
{% macro known_value(value, enum) -%}
    {%- set code = "replace(replace(lower(" ~ value ~ "), '-', '_'), ' ', '_')" -%}
    {%- if enum == 'currency' -%}
        upper({{ value }})
    {%- elif enum == 'survey_type' -%}
        {{ code }}
    {%- else -%}
        {%- set spellings = [] -%}
        {%- for known, others in known_values(enum).items() -%}
            {%- for other in others -%}{%- do spellings.append([other, known]) -%}{%- endfor -%}
        {%- endfor -%}
        {%- if spellings -%}
        case {{ code }}
            {%- for other, known in spellings %}
            when '{{ other }}' then '{{ known }}'
            {%- endfor %}
            else {{ code }}
        end
        {%- else -%}
        {{ code }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Condition: a typed coded value is none of the known ones. -#}
{% macro is_unknown_value(value, enum) -%}
    {%- if enum == 'currency' -%}
        not ({{ matches(value, '[A-Z]{3}') }})
    {%- elif enum == 'survey_type' -%}
        false
    {%- else -%}
        {{ value }} not in ('{{ known_values(enum).keys() | join("', '") }}')
    {%- endif -%}
{%- endmacro %}
