"""What stands behind the entry points in scripts/: environment, raw files, warehouse, summary."""
