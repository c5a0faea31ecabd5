"""Knowing where one stands: diagnosis, resources, dashboards, privacy."""
