{{ config(materialized='incremental', on_schema_change='fail') }}

{%- if is_incremental() -%}
{%- do check_fingerprint(this) -%}
{%- endif %}

with

final as (
    select cast('{{ usage_fingerprint() }}' as {{ dbt.type_string() }}) as fingerprint
)

select * from final
{% if is_incremental() %}
where not exists (select 1 from {{ this }})
{% endif %}
