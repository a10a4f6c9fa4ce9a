"""Commands of `anban` that are more than a line."""
