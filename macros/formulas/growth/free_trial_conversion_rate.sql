{% macro free_trial_conversion_rate(converted_trial_count, trial_count) -%}
    {{ rate(converted_trial_count, trial_count) }}
{%- endmacro %}
