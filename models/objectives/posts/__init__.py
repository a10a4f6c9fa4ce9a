"""Posts, who holds them, and their periodic work (A03 to A05)."""
