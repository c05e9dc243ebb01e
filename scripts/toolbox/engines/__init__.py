"""Where the metrics are built: DuckDB, PostgreSQL or Spark, each behind the same few calls."""
