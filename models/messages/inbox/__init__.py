"""What was told to somebody, and what they answered (K01, X04)."""
