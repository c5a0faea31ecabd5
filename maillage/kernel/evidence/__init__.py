"""Rows that are only ever added, each chained to the one before by its hash."""
