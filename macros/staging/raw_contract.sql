{#- The contract's entry for a raw table: the source's node in the graph. The graph is empty while
    dbt parses, so every macro that asks begins with `if execute`. -#}
{% macro raw_contract(table) -%}
    {%- for node in graph.sources.values()
        if node.package_name == 'customer_success_metrics' and node.source_name == 'raw'
        and node.name == table -%}
        {{ return(node) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        "raw table '" ~ table ~ "' is not in models/staging/_raw_contract.yml") }}
{%- endmacro %}


{#- Columns of a raw table in contract order, as a list of dicts:
      name    as in the contract
      type    integer, text ..., without precision in `kind`
      raw     the trimmed text in the models' steps
      typed   the value in the judged model; `day` the day beside it or in its place
      meta    rules of the contract -#}
{% macro contract_columns(table) -%}
    {%- set columns = [] -%}
    {%- for column in raw_contract(table).columns.values() -%}
        {%- set kind = column.data_type.split('(')[0] -%}
        {%- set day = day_name(column.name) if kind in ['timestamp', 'date'] -%}
        {%- do columns.append({
            'name': column.name,
            'type': column.data_type,
            'kind': kind,
            'raw': 'raw__' ~ column.name,
            'typed': day if kind == 'date' else column.name,
            'day': day,
            'meta': column.config.meta,
        }) -%}
    {%- endfor -%}
    {%- for name in extra_attributes() if table == 'accounts' -%}
        {%- do columns.append({
            'name': name, 'type': 'text', 'kind': 'text', 'raw': 'raw__' ~ name, 'typed': name,
            'day': none, 'meta': {},
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- created_at gives created_date, trial_end trial_end_date; a month stays. -#}
{% macro day_name(name) -%}
    {%- if name.endswith('_month') -%}
        {{ return(name) }}
    {%- endif -%}
    {{ return(modules.re.sub('_(at|on)$', '', name) ~ '_date') }}
{%- endmacro %}


{#- The column that says when a row happened, or none. -#}
{% macro placing_column(table) -%}
    {%- set name = raw_contract(table).config.meta.placed_by or 'created_at' -%}
    {%- for column in contract_columns(table) if column.name == name -%}
        {{ return(column) }}
    {%- endfor -%}
{%- endmacro %}


{#- Columns that make the key of a raw table, as dicts. -#}
{% macro key_columns(table) -%}
    {%- set key = raw_contract(table).config.meta.key -%}
    {{ return(contract_columns(table) | selectattr('name', 'in', key) | list) }}
{%- endmacro %}


{#- Is the raw table in use? Required ones always are. -#}
{% macro is_using(table) -%}
    {{ return(var('using_' ~ table, true)) }}
{%- endmacro %}
