"""Who asks and what they may do; secrets, identity numbers, limits."""
