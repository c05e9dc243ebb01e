"""Mutation testing of the project's SQL: what a wrong formula would have to get past."""
