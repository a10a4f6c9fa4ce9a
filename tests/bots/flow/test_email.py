"""E-mail through a real SMTP server in the test's own process (L06)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from models.messages.channels.records import EMAIL, Contact, MailServer
from models.messages.records import Delivery
from scripts.services.process import free_port
from tests.bots.flow.conftest import Works


class Post:
    """Keeps what it is handed; `refuse` says to whom it gives what answer."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos[0], envelope.content.decode("utf-8", "replace")))
        return "250 OK"


@pytest.fixture
def post(works: Works) -> Iterator[Post]:
    """A mail server of the unit, and an address for everybody."""
    kept = Post()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    MailServer.create(
        company=works.crowd.unit, name="邮件", host="127.0.0.1", port=controller.port,
        security="none", sender="anban@example.cn",
    )  # fmt: skip
    for number, person in enumerate(works.people):
        Contact.create(company=works.crowd.unit, person=person, email=f"p{number}@example.cn")
    yield kept
    controller.stop()


def test_everybody_has_a_letter_of_their_own(works: Works, post: Post) -> None:
    works.tell(EMAIL)
    works.work()
    assert works.states(EMAIL) == ["accepted"] * 3
    assert sorted(to for to, _ in post.letters) == [f"p{n}@example.cn" for n in range(3)]
    assert all("Message-ID:" in letter and "anban@example.cn" in letter for _, letter in post.letters)


def test_an_address_that_is_refused_is_dead_and_a_busy_one_is_tried_again(
    works: Works, post: Post, clock: Any
) -> None:
    post.refuse = {"p0@example.cn": "550 no such user", "p1@example.cn": "451 try later"}
    works.tell(EMAIL)
    works.work()
    by_person = {row.person_id: row for row in Delivery.select().where(Delivery.way == EMAIL)}
    first, second, third = (by_person[person.id] for person in works.people)
    assert (first.state, second.state, third.state) == ("failed", "queued", "accepted")
    assert "550" in first.reason
    assert "example.cn" not in first.reason
    post.refuse = {}
    clock.forward(hours=1)
    works.work()
    assert works.states(EMAIL).count("accepted") == 2
    assert len(post.letters) == 2


def test_a_server_that_is_away_keeps_the_letters_waiting(works: Works, post: Post, clock: Any) -> None:
    MailServer.update(port=9).execute()
    works.tell(EMAIL)
    works.work()
    assert set(works.states(EMAIL)) == {"queued"}
    assert MailServer.get().last_error == "连不上邮件服务器"
