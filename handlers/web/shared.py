"""What both JSON doors answer alike is written once, and put into each door with that door's way of finding out who asks."""

from __future__ import annotations

from handlers.web.base import JsonHandler
from handlers.web.operations import Route

#: Paths below the door's own, and who answers them.
Shared = tuple[tuple[str, type[JsonHandler]], ...]


def at(door: type[JsonHandler], prefix: str, found: Shared) -> list[Route]:
    """The routes of a door: each of `found`, asked by whom `door` finds out."""
    return [
        Route(f"{prefix}{path}", type(shared.__name__.replace("Door", "Handler"), (door, shared), {"__doc__": shared.__doc__}))
        for path, shared in found
    ]  # fmt: skip
