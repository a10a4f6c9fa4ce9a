"""WeCom on the wire: calls, tokens, the envelope of callbacks, lengths and errors (reference §1)."""
