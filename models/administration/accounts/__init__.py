"""Accounts: opened, invited, kept; what follows when their standing changes (J02, Q05)."""
