"""Passwords: what makes a good one, changing and resetting them (K06)."""
