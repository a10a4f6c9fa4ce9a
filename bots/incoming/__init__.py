"""What comes in, on whatever platform: commands, photos, presses, and what each of them does (L01)."""
