"""Accidents and events (chapter G)."""
