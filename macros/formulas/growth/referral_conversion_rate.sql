{% macro referral_conversion_rate(converted_referral_count, referral_count) -%}
    {{ rate(converted_referral_count, referral_count) }}
{%- endmacro %}
