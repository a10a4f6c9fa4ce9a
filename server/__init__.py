"""The roof: puts the parts together. Nothing imports it."""

__version__ = "0.1.0"
