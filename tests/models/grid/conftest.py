"""The grid of the hazards' tests, and a folder for photos."""

from tests.models.hazards.conftest import folder, land

__all__ = ["folder", "land"]
