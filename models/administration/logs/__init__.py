"""The logs as their readers see them, sealed and kept for a time (J05)."""
