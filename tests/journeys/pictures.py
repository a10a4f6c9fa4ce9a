"""Pictures of what the journeys see, for somebody to look at: ANBAN_TEST_PICTURES=a/folder pytest tests/journeys."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page


def picture(page: Page, name: str) -> None:
    """A screenshot named `name`, where a folder for pictures was given."""
    folder = os.environ.get("ANBAN_TEST_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
