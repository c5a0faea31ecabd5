"""Communes of France, cells instead of points, and what is near."""
