{% macro health_auc(ordered_pair_count, pair_count) -%}
    {{ rate(ordered_pair_count, pair_count) }}
{%- endmacro %}


{#- From where each account pulls the share: an account seen at several month ends is one witness. -#}
{% macro health_auc_standard_error(sum_of_squared_pulls, pair_count) -%}
    {{ rate('sqrt(cast(' ~ sum_of_squared_pulls ~ ' as ' ~ type_double() ~ '))', pair_count) }}
{%- endmacro %}
