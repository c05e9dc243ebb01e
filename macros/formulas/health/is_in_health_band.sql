{#- bands: the relation or alias with the columns of seed health_bands. -#}
{% macro is_in_health_band(health_score, bands) -%}
    (
        (
            {{ bands }}.lower_bound is null
            or {{ health_score }} > {{ bands }}.lower_bound
            or ({{ bands }}.lower_inclusive and {{ health_score }} = {{ bands }}.lower_bound)
        )
        and (
            {{ bands }}.upper_bound is null
            or {{ health_score }} < {{ bands }}.upper_bound
            or ({{ bands }}.upper_inclusive and {{ health_score }} = {{ bands }}.upper_bound)
        )
    )
{%- endmacro %}
