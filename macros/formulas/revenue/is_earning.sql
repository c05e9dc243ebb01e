{% macro is_earning(status, on_date, past_due_since_date) -%}
    (
        {{ status }} = 'active'
        or (
            {{ status }} = 'past_due'
            and {{ on_date }} < {{ past_due_grace_end(past_due_since_date) }}
        )
    )
{%- endmacro %}
