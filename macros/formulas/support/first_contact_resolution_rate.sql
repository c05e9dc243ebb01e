{#- NULL where nobody knows: not resolved, or without a count of interactions. -#}
{% macro is_first_contact_resolution(resolved_date, agent_interactions, reopened_count) -%}
    case
        when {{ resolved_date }} is not null and {{ agent_interactions }} is not null
            then {{ agent_interactions }} = 1 and coalesce({{ reopened_count }}, 0) = 0
    end
{%- endmacro %}


{% macro first_contact_resolution_rate(first_contact_count, known_count) -%}
    {{ rate(first_contact_count, known_count) }}
{%- endmacro %}


{% macro first_contact_resolution_of_opened_rate(first_contact_count, opened_count) -%}
    {{ rate(first_contact_count, opened_count) }}
{%- endmacro %}
