"""Certificates: read, looked up, in doubt, valid or not (C02, Q04)."""
