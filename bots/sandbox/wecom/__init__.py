"""WeCom's API as the sandbox answers it: addresses, messages, cards, tokens, and what it refuses (L07)."""
