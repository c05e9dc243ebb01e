{#- The tables of the raw contract, for models that ref all of them: refs must be known while dbt parses,
    before the contract can be read. A test holds this list against the contract. -#}
{% macro raw_tables() -%}
    {{ return([
        'accounts', 'plans', 'subscriptions', 'subscription_changes', 'invoices', 'exchange_rates',
        'users', 'usage_events', 'survey_invitations', 'survey_responses', 'support_tickets',
        'referrals', 'goal_events', 'costs',
    ]) }}
{%- endmacro %}
