"""The first screen of who leads."""
