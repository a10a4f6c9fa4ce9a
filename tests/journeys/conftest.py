"""Journeys through the whole house: a real server, the built front ends, Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.office import office

__all__ = ["office"]

expect.set_options(timeout=15_000)  # a busy machine may take its time


@pytest.fixture
def desk(console_page: Page) -> Desk:
    """An officer's console, not signed in yet."""
    return Desk(console_page)


@pytest.fixture
def handset(phone_page: Page) -> Handset:
    """A worker's phone without a camera, not signed in yet."""
    return Handset(phone_page)


@pytest.fixture
def handset_with_camera(camera_browser: Callable[..., Page]) -> Callable[..., Handset]:
    """A function that gives a phone whose camera sees a picture."""
    return lambda picture, **options: Handset(camera_browser(picture, **options))
