"""The numbers once more in plain Python, day by day, from the definitions and not the SQL."""
