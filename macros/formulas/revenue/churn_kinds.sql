{#- The kinds of macro churn_kind, in the order in which the first that applies is taken. -#}
{% macro churn_kinds() -%}
    {{ return([
        'downgraded_to_free', 'payment_failure', 'paused', 'fully_discounted', 'cancelled', 'unknown',
    ]) }}
{%- endmacro %}
