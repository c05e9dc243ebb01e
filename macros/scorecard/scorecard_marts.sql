{#- Where the scorecard finds its metrics: adding one is a name in the list of its mart. Written down
    because dbt asks for refs before it can read the register; a test holds the two together.
      model      the mart
      month      its column of the month, as its first day
      only       condition that leaves one row a month, where the mart is cut by more than segments;
                 of a mart cut by segments the total is taken anyway
      metrics    metrics that are named as their column
      renamed    others: metric and column -#}
{% macro scorecard_marts() -%}
    {{ return([
        {
            'model': 'fct_mrr_monthly', 'month': 'mrr_month', 'only': "segment_type = 'total'",
            'metrics': [
                'mrr', 'arr', 'arpa', 'customer_count', 'new_mrr', 'expansion_mrr',
                'contraction_mrr', 'churned_mrr', 'reactivation_mrr', 'fx_mrr', 'net_new_mrr',
                'expansion_mrr_rate', 'expansion_mrr_growth_rate', 'contraction_mrr_rate',
                'expansion_to_contraction_ratio', 'quick_ratio', 'arpu',
            ],
        },
        {
            'model': 'fct_retention_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': [
                'customer_churn_rate', 'customer_retention_rate', 'intra_month_churned_count',
                'downgraded_to_free_churn_rate', 'payment_failure_churn_rate',
                'paused_churn_rate', 'fully_discounted_churn_rate', 'cancelled_churn_rate',
                'unknown_churn_rate', 'annualised_customer_churn_rate',
                'average_monthly_churn_rate_12m', 'trailing_12_customer_churn_rate',
                'free_account_churn_rate', 'gross_mrr_churn_rate', 'net_mrr_churn_rate',
                'gross_revenue_retention_rate', 'net_revenue_retention_rate',
                'trailing_12_gross_revenue_retention_rate',
                'trailing_12_net_revenue_retention_rate',
            ],
        },
        {
            'model': 'fct_renewals_monthly', 'month': 'due_month',
            'only': "segment_type = 'total' and billing_interval = 'twelve_months_and_more'",
            'metrics': ['renewal_rate', 'renewed_mrr_rate'],
        },
        {
            'model': 'fct_repeat_purchases_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': ['repeat_purchase_rate', 'repeat_spend_ratio'],
        },
        {
            'model': 'fct_customer_lifetime_value', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': [
                'customer_lifetime_months', 'clv_from_churn', 'gross_margin_rate_12m',
                'clv_margin_adjusted', 'clv_from_purchases', 'clv_survival',
            ],
        },
        {
            'model': 'fct_retention_cost_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': ['customer_retention_cost', 'retention_cost_ratio'],
            'renamed': {'new_customers_expected_value': 'new_customers_expected_value_amount'},
        },
        {
            'model': 'fct_unit_economics_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': ['cac', 'clv_to_cac', 'cac_payback_months', 'clv_net_of_costs'],
        },
        {
            'model': 'fct_survey_scores_monthly', 'month': 'survey_month',
            'only': "segment_type = 'total' and touchpoint = 'all' and survey_type = 'nps'",
            'metrics': ['nps_score', 'survey_response_rate'],
        },
        {
            'model': 'fct_survey_scores_monthly', 'month': 'survey_month',
            'only': "segment_type = 'total' and touchpoint = 'all' and survey_type = 'csat'",
            'metrics': ['csat_average', 'csat_satisfied_rate'],
        },
        {
            'model': 'fct_survey_scores_monthly', 'month': 'survey_month',
            'only': "segment_type = 'total' and touchpoint = 'all' and survey_type = 'ces'",
            'metrics': ['ces_average', 'ces_easy_rate'],
        },
        {
            'model': 'fct_survey_scores_monthly', 'month': 'survey_month',
            'only': "segment_type = 'total' and touchpoint = 'all' and survey_type = 'feedback'",
            'metrics': ['feedback_average'],
        },
        {
            'model': 'fct_support_monthly', 'month': 'support_month',
            'only': "segment_type = 'total' and channel = 'all'",
            'metrics': [
                'first_contact_resolution_rate', 'first_contact_resolution_of_opened_rate',
                'tickets_per_customer', 'reopened_rate', 'escalated_rate',
            ],
            'renamed': {
                'first_response_minutes': 'first_response_minutes_median',
                'resolution_hours': 'resolution_hours_median',
            },
        },
        {
            'model': 'fct_engagement_monthly', 'month': 'usage_month',
            'only': "segment_type = 'total'",
            'metrics': [
                'active_user_count', 'product_usage_rate', 'weekly_product_usage_rate',
                'stickiness_rate', 'staff_penetration_rate', 'seat_utilisation_rate',
                'logins_per_user', 'sessions_per_user', 'average_session_minutes',
                'minutes_per_active_user', 'usage_change_rate', 'usage_change_on_year_rate',
            ],
        },
        {
            'model': 'fct_trial_conversion_monthly', 'month': 'cohort_month',
            'only': "segment_type = 'total'", 'metrics': ['free_trial_conversion_rate'],
        },
        {
            'model': 'fct_freemium_conversion_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'", 'metrics': ['freemium_conversion_rate'],
        },
        {
            'model': 'fct_activation_monthly', 'month': 'cohort_month',
            'only': "segment_type = 'total'",
            'metrics': ['activation_rate', 'time_to_value_days'],
        },
        {
            'model': 'fct_referrals_monthly', 'month': 'mrr_month',
            'only': "segment_type = 'total'",
            'metrics': [
                'referral_count', 'referral_conversion_rate', 'referred_customer_share',
            ],
        },
    ]) }}
{%- endmacro %}


{#- Metrics of the register that have no one value a month, by the reason why. -#}
{% macro metrics_off_the_scorecard() -%}
    {{ return({
        'a value for each plan': [
            'mrr_by_plan', 'plan_mrr_share', 'plan_customer_count', 'plan_seat_count',
        ],
        'a value for each coming month': [
            'scheduled_churn_mrr', 'scheduled_churn_count', 'contracted_mrr',
        ],
        'a value for each cohort and age': ['cohort_retention_rate', 'cohort_mrr_retention_rate'],
        'a value for each survey': ['high_score_rate'],
        'a value for each theme': [
            'theme_comment_count', 'theme_nps_score', 'churned_customer_theme_rate',
        ],
        'a value for each day': ['dau', 'wau', 'mau'],
        'a value for each feature': ['feature_adoption_rate'],
        'a value for each module': ['module_use_share', 'minutes_per_module'],
        'a value for each step': ['drop_off_rate'],
        'a value for each goal': ['conversion_rate'],
        'a value for each account': ['realised_value', 'feature_breadth_rate', 'health_score'],
        'a value for each health band, or for the whole of a test': [
            'health_churn_rate', 'health_churn_lift', 'health_auc',
        ],
    }) }}
{%- endmacro %}


{#- The metrics that a mart of scorecard_marts holds, as a dict: metric and column. -#}
{% macro metrics_of(mart) -%}
    {%- set columns = {} -%}
    {%- for metric in mart.metrics -%}
        {%- do columns.update({metric: metric}) -%}
    {%- endfor -%}
    {%- do columns.update(mart.renamed or {}) -%}
    {{ return(columns) }}
{%- endmacro %}
