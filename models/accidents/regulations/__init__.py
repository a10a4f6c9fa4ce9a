"""What the regulations say of accidents: level, clocks, authorities (G02, X06)."""
