"""A platform to call, and an app of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bots.wecom.client import Wecom
from bots.wecom.protocol.wire import WecomConnections
from tests.bots.wecom.platform import SECRET, Platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A WeCom that does what the test says."""
    with Platform() as running:
        yield running


@pytest.fixture
def make(platform: Platform, store: Any) -> Callable[..., Wecom]:
    """Makes clients of an app, as many as there are processes."""

    def client(agent_id: int = 7, secret: str = SECRET, timeout: tuple[float, float] = (3, 8)) -> Wecom:
        wire = WecomConnections(platform.url, timeout=timeout)
        return Wecom("ww1", agent_id, secret, platform.url, store, wire=wire)

    return client


@pytest.fixture
def wecom(make: Callable[..., Wecom]) -> Wecom:
    """One client."""
    return make()
