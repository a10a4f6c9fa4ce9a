"""Safety meetings: who was there, and what was decided (A06)."""
