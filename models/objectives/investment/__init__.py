"""Plans of safety investment (A07)."""
