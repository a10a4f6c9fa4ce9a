"""Hazards as doors, lists and cards show them."""
