-- Warns with the rejected rows by table and rule; the share that stops the build is rejected_share.
{{ config(severity='warn') }}
{%- set rejected %}
select
    source_table,
    rule,
    row_count
from {{ ref('raw_row_accounting') }}
where outcome = 'rejected'
{%- endset %}
{{ rejected }}
{%- do say_rejected_rows(rejected) %}
