{#- What the numbers of a run were made with besides the rows, short enough to compare. -#}

{#- As in dbt_project.yml: dbt does not tell a package its own version. A test compares. -#}
{% macro project_release() -%}
    {{ return('0.1.0') }}
{%- endmacro %}


{#- Vars that change no value of the scorecard at a given as-of date: where rows come from and results
    go, how much is read again, what stops a build, what is cut or summed apart. -#}
{% macro other_vars() -%}
    {%- set names = [
        'as_of_date', 'calendar_years', 'late_event_days', 'max_rejected_share',
        'max_mrr_at_doubt_share', 'raw_schema', 'raw_database', 'schema_prefix', 'using_loaded_at',
        'segment_attributes', 'fiscal_year_start_month', 'reader_roles', 'hash_account_names',
        'include_free_text', 'churn_feedback_days', 'champion_roles', 'health_window_days',
        'health_segment_attribute', 'health_backtest_days', 'signal_min_previous_events',
        'signal_answer_days', 'signal_min_seats', 'at_risk_bands', 'at_risk_usage_change_rate',
        'at_risk_renewal_days', 'at_risk_min_term_months', 'at_risk_trial_days',
        'at_risk_login_days', 'at_risk_seat_utilisation_rate', 'at_risk_feature_breadth_rate',
        'expansion_bands', 'expansion_seat_utilisation_rate', 'expansion_usage_change_rate',
    ] -%}
    {%- for table in raw_tables() -%}
        {%- do names.append(table ~ '_identifier') -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#- Vars that define the numbers; a test holds this list against dbt_project.yml. -#}
{% macro defining_vars() -%}
    {{ return([
        'reporting_timezone', 'earliest_date', 'reporting_currency', 'fx_policy', 'fx_base_month',
        'past_due_grace_days', 'churn_recognition', 'reactivation_grace_days',
        'payment_failure_reasons', 'renewal_grace_days', 'min_churned_for_lifetime',
        'clv_horizon_months', 'survey_window_days', 'session_gap_minutes',
        'trial_conversion_window_days',
        'using_invoices', 'using_exchange_rates', 'using_users', 'using_usage_events',
        'using_survey_invitations', 'using_survey_responses', 'using_support_tickets',
        'using_referrals', 'using_goal_events', 'using_costs',
    ]) }}
{%- endmacro %}


{% macro vars_fingerprint() -%}
    {%- set settings = [] -%}
    {%- for name in defining_vars() -%}
        {%- do settings.append(name ~ '=' ~ tojson(var(name))) -%}
    {%- endfor -%}
    {{ return(local_md5(settings | join('\n'))) }}
{%- endmacro %}


{#- Of the seeds as dbt read their files; targets and the register change no value. -#}
{% macro seeds_fingerprint() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set checksums = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed'
        and node.package_name == 'customer_success_metrics'
        and node.name not in ['metric_targets', 'metric_catalogue'] -%}
        {%- do checksums.append(node.name ~ '=' ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {{ return(local_md5(checksums | sort | join('\n'))) }}
{%- endmacro %}
