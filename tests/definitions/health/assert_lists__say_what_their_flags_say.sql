-- Who is on a list is there for a reason, with as many parts in the sentence as flags, with the MRR
-- that the account has, and in one place; a candidate is at risk when the other list says so.
{%- set lists = {
    'fct_at_risk_accounts': ['reason_count', 'reasons_sentence', 'mrr_at_stake', [
        'has_cancelled', 'is_low_band', 'is_usage_down', 'is_detractor', 'is_dissatisfied',
        'is_high_effort', 'has_open_escalation', 'is_past_due', 'is_renewal_near',
        'is_trial_unpaid', 'is_login_missing', 'is_seats_unused', 'is_using_few_features',
        'is_champion_gone',
    ]],
    'fct_expansion_candidates': ['sign_count', 'signs_sentence', 'mrr', [
        'is_thriving', 'is_seats_full', 'is_promoter', 'is_usage_up',
    ]],
} %}
with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

at_risk as (
    select * from {{ ref('fct_at_risk_accounts') }}
),

candidates as (
    select * from {{ ref('fct_expansion_candidates') }}
),

lines as (
    {%- for list, (flag_count, sentence, mrr, flags) in lists.items() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ list }}' as list_name,
        account_id,
        list_position,
        count(*) over () as list_length,
        {{ mrr }} as list_mrr,
        {{ flag_count }} as flag_count,
        {% for flag in flags -%}
        case when {{ flag }} then 1 else 0 end {{ '+ ' if not loop.last }}
        {%- endfor %} as true_flag_count,
        {{ sentence }} as sentence
    from {{ ref(list) }}
    {%- endfor %}
)

select
    lines.list_name,
    lines.account_id
from lines
left join accounts
    on lines.account_id = accounts.account_id
where
    accounts.account_id is null
    or lines.list_mrr != accounts.mrr
    or lines.flag_count != lines.true_flag_count
    or lines.flag_count < 1
    or lines.list_position > lines.list_length
    or lines.sentence not like '%: %.'

union all

select
    'at risk' as list_name,
    candidates.account_id
from candidates
left join at_risk
    on candidates.account_id = at_risk.account_id
where candidates.is_at_risk != (at_risk.account_id is not null)
