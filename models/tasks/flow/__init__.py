"""Flows as data: definition, conditions, checks, versions (H07)."""
