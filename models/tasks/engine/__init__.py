"""What moves a case: start, decide, advance, conclude, withdraw, and who takes over (H05, H06)."""
