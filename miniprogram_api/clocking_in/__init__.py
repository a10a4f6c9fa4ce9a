"""Clocking in on the phone: by its handler, and by the fast lane (Q09, Q10)."""
