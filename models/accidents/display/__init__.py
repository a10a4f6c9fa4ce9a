"""Accidents as doors and boards show them."""
