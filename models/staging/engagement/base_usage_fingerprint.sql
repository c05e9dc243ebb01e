{{ config(materialized='incremental', on_schema_change='fail') }}

{%- if is_increment() -%}
{%- do check_fingerprint(this) -%}
{%- endif %}

-- depends_on: {{ ref('feature_catalogue') }}
with

final as (
    select cast('{{ usage_fingerprint() }}' as {{ dbt.type_string() }}) as fingerprint
)

select * from final
{% if is_increment() %}
where not exists (select 1 from {{ this }})
{% endif %}
