{#- A run reports when it builds every mart of the scorecard itself: of a part of them nobody knows
    under which vars the rest was built. -#}
{% macro is_reporting() -%}
    {%- for mart in scorecard_marts() if execute and flags.WHICH in ['build', 'run']
        and 'model.customer_success_metrics.' ~ mart.model not in selected_resources -%}
        {%- do log("no report kept in fct_metric_history: this run does not build "
            ~ mart.model, info=true) -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}
