"""Rows from before that name foreign hosts send nothing, and say why (I5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from models.core.config import config, configure
from models.messages.channels.records import (
    CARD,
    EMAIL,
    GROUP,
    SMS,
    ChatGroup,
    Contact,
    MailServer,
    SmsProvider,
    WecomApp,
)
from models.messages.records import Delivery
from scripts.services.process import free_port
from tests.bots.flow.conftest import Works


@pytest.fixture
def nothing_named(works: Works) -> Iterator[None]:
    """The server's settings name no host."""
    before = config()
    configure(replace(before, outside_hosts=()))
    yield
    configure(before)


class _Deaf:
    """A mail server that must not be spoken to."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, lines: list[str]
    ) -> list[str]:
        self.spoken.append(name)
        return lines


def test_rows_with_foreign_hosts_send_nothing_and_say_why(works: Works, nothing_named: None) -> None:
    deaf = _Deaf()
    controller = Controller(deaf, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        unit = works.crowd.unit
        MailServer.create(
            company=unit,
            name="邮件",
            host="127.0.0.1",
            port=controller.port,
            security="none",
            sender="a@example.cn",
        )
        group = ChatGroup.create(company=unit, name="群", kind="robot", webhook_key="k", app=works.app)
        for number, person in enumerate(works.people):
            Contact.create(company=unit, person=person, email=f"p{number}@example.cn")
        works.tell(CARD, SMS, EMAIL, GROUP, groups=[group.id])
        works.work()
    finally:
        controller.stop()
    lines = works.sandbox.ask("wire?path=/")["lines"]
    assert lines == [] and deaf.spoken == []
    for way in (CARD, SMS, EMAIL, GROUP):
        rows = list(Delivery.select().where(Delivery.way == way))
        assert rows and {row.state for row in rows} == {"failed"}, way
        assert all("ANBAN_OUTSIDE_HOSTS" in row.reason for row in rows), way
    for kind in (WecomApp, SmsProvider, MailServer, ChatGroup):
        errors = [row.last_error for row in kind.select() if row.last_error]
        assert errors and all("不向它发送" in error for error in errors), kind
