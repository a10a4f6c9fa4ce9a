"""The app's menu is put up by itself, once, and again when the address has changed (L01)."""

from __future__ import annotations

from bots.delivery import menus
from tests.bots.flow.conftest import Works


def calls(works: Works) -> int:
    """How often the platform was given a menu."""
    return len(works.sandbox.wire("menu/create"))


def test_a_menu_is_put_up_once(works: Works) -> None:
    assert menus.work() == 1
    assert menus.work() == 0
    assert calls(works) == 1
    names = [top["name"] for top in works.sandbox.platform.people.agents[works.app.agent_id].menu]
    assert names == ["上岗", "事故快报", "更多"]


def test_a_platform_that_is_away_is_asked_again_later(works: Works) -> None:
    works.sandbox.fault("error", "/cgi-bin/menu/*", status=502)
    assert menus.work() == 1
    works.sandbox.no_faults()
    assert menus.work() == 0, "not in the same minute"
