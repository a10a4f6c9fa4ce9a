"""Where the chat door keeps what its processes share: in this process, or in a Redis of the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bots.store import connect
from models.core.config import config, configure
from scripts.services import Missing, Redis, redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server for the whole run."""
    try:
        with redis() as server:
            yield server
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(autouse=True)
def platforms_here() -> Iterator[None]:
    """The platforms of these tests run on this machine, which the server's settings must name (I5)."""
    before = config()
    configure(replace(before, outside_hosts=("127.0.0.1", "localhost")))
    yield
    configure(before)


@pytest.fixture(params=["embedded", "redis"])
def store(request: pytest.FixtureRequest) -> Any:
    """An empty store; each test runs on the embedded one and on a real Redis."""
    if request.param == "embedded":
        client = connect()
    else:
        client = connect(request.getfixturevalue("redis_server").url())
    client.flushall()
    return client
