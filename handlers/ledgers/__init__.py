"""Ledgers in the console: their rows, many of them at once, files, editions, standards and saved views."""
