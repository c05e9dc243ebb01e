{% macro mrr_movement(before, after, had_mrr_before) -%}
    case
        when {{ after }} > 0 and not {{ had_mrr_before }} then 'new'
        when {{ before }} > 0 and {{ after }} = 0 then 'churn'
        when {{ before }} = 0 and {{ after }} > 0 then 'reactivation'
        when {{ after }} > {{ before }} then 'expansion'
        when {{ after }} < {{ before }} then 'contraction'
    end
{%- endmacro %}
