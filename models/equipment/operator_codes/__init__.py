"""Operator codes: which one equipment needs, and what a certificate leaves allowed (Q02)."""
