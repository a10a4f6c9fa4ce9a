"""Flash reports and what is learnt after them: places, bursts, unverified people, supplements (G02)."""
