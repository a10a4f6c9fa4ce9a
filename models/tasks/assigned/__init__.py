"""Tasks that people give each other (H03)."""
