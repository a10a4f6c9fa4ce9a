"""Roles, what they grant and how far, and who may give them (J04)."""
