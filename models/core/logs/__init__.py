"""What is written down about use: who read what, who was refused, from where; sealed, and kept for a time (J05)."""
