"""Hazards and extensions as the engine sees them (E09, X06)."""
