"""Deadlines, periodic tasks, and the proof that no case is lost (H05, H06, A05)."""
