"""Who does a step, who stands in for whom, and who takes over from a leaver (H06, H07, X05)."""
