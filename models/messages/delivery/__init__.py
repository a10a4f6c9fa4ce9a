"""Every try of telling somebody: queued, sent, refreshed, kept for a time (L01)."""
