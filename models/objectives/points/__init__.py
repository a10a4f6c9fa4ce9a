"""Points for what keeps people safe (A12)."""
