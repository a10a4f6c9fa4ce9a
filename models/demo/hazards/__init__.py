"""The demo's grids and hazards."""
