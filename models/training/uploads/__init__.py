"""Certificates that their holders sent in, until somebody has compared them (K03)."""
