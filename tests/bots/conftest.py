"""Where the chat door keeps what its processes share: in this process, or in a Redis of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bots.store import connect
from scripts.services import Missing, Redis, redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server for the whole run."""
    try:
        with redis() as server:
            yield server
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["embedded", "redis"])
def store(request: pytest.FixtureRequest) -> Any:
    """An empty store; each test runs on the embedded one and on a real Redis."""
    if request.param == "embedded":
        client = connect()
    else:
        client = connect(request.getfixturevalue("redis_server").url())
    client.flushall()
    return client
