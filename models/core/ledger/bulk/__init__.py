"""Many rows of a ledger changed or removed at once, and taken back while that is possible (X21)."""
