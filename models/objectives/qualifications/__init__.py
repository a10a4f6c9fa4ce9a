"""Certificates and levels of the company itself, with their ends (A11)."""
