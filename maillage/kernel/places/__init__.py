"""Communes of France, cells instead of points, and what is near.

Nouns: `Commune` (INSEE and postal codes as text) and `Placed` (whatever has a place: an H3 cell and a point, chosen once). Verbs:
import_communes. Questions: find_communes (as one types), nearest_commune, nearest (none missed), zone_of (what hour it is there).
No geocoder is ever called.
"""
