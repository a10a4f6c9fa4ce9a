"""Who does not answer is told again: chains, presets, steps, and the proof that every step was taken (X04)."""
