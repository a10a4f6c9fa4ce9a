"""Belonging to a unit by two yeses: bindings, claims, and the tie of file and account (Q06)."""
