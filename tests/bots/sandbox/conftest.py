"""An app's way to the platform, and the platform's way to an app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bots.sandbox.called import App
from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox


@pytest.fixture
def rest(sandbox: ChatSandbox) -> Rest:
    """An app's way to the platform."""
    return Rest(sandbox)


@pytest.fixture
def app(sandbox: ChatSandbox) -> Iterator[App]:
    """The program of the first app, which is called back."""
    running = App(sandbox)
    sandbox.call_back_to(running.url)
    yield running
    running.close()
