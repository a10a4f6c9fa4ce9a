"""What WeCom sends us: callbacks, the events in them, and people who come in by a card's link (L01, Q07)."""
