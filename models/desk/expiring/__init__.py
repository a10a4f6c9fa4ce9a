"""What comes to its end: counted for the first screen, told once for each reminder (C02, D01, A11)."""
