"""What becomes of a hazard: outcomes, more time, other people, withdrawal (E09)."""
