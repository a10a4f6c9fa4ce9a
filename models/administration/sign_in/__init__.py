"""Signing in and out: sessions, devices, waits after wrong passwords (Q07, J02)."""
