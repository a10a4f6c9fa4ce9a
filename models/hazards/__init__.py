"""Grid, hazards and how they are put right (E01, E02, E07, E09, X06, X07)."""
