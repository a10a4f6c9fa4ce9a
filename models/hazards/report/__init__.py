"""Hazards come to be: by snapshot, by hand, from a sheet (E07)."""
