"""Suggestions of employees: up level by level until somebody adopts them, with points by that level (A10)."""
