"""Working days (A05)."""
