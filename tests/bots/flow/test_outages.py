"""Redis away, the database away, a sender killed: what was to be sent is sent, once, and no try is lost (L01, L06, L08)."""

from __future__ import annotations

from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisAway

from bots import tools
from bots.delivery import sender
from bots.wecom.channel import CardChannel
from models.core.db.connection import in_transaction
from models.core.errors import Unavailable
from models.messages.channels.records import CARD, SMS
from models.messages.delivery import deliveries
from models.messages.records import Delivery, Sending
from models.organization.records import Person
from tests.bots.flow.conftest import USERS, Works


def test_without_our_counts_nothing_goes_out_and_no_try_is_lost(
    works: Works, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.tell()
    with monkeypatch.context() as away:
        away.setattr(tools, "limits", _no_redis)
        for _ in range(20):  # longer than any patience with a platform
            works.work()
            clock.forward(minutes=1)
    assert works.states() == ["queued"] * 3
    assert {row.attempts for row in Delivery.select().where(Delivery.way == CARD)} == {0}
    works.work()
    assert works.inboxes() == [1, 1, 1]


def _no_redis() -> Any:
    raise RedisAway("nobody listens")


def test_what_a_killed_sender_held_is_taken_up_when_its_lease_ends(works: Works, clock: Any) -> None:
    """The lease of the call ends a little after those of the deliveries: that must not cost another two minutes."""
    works.tell()
    taken = in_transaction(deliveries.take_due, 100)
    clock.forward(seconds=5)
    ids = [row.id for row in taken if row.way == CARD]
    message = in_transaction(lambda: Delivery.get_by_id(ids[0]).message)
    made = sender._prepared(message.id, CARD, ids)[0]
    in_transaction(sender._begin, made.call, made.message, made.card, None)  # … and it is killed here
    clock.forward(seconds=116)
    works.work()
    assert works.states() == ["queued"] * 3, "its call is still somebody's"
    clock.forward(seconds=6)
    works.work()
    assert works.states() == ["accepted"] * 3
    assert works.inboxes() == [1, 1, 1]
    assert Sending.select().where(Sending.way == CARD).count() == 1, "the very same call"


def test_what_the_platform_said_is_written_down_when_the_database_is_back(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, away = sender._record, [Unavailable(), Unavailable()]

    def record(*args: Any) -> None:
        if away:
            raise away.pop()
        real(*args)

    monkeypatch.setattr(sender, "_record", record)
    works.tell()
    works.work()
    assert works.states() == ["accepted"] * 3
    assert not away


def test_a_database_that_stays_away_leaves_all_to_the_lease(
    works: Works, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.tell()
    with monkeypatch.context() as away:
        away.setattr(CardChannel, "plan", _no_database)
        works.work()
    assert works.states() == ["sending"] * 3
    clock.forward(minutes=2, seconds=1)
    works.work()
    assert works.inboxes() == [1, 1, 1]


def _no_database(*_: Any) -> Any:
    raise Unavailable


@pytest.mark.parametrize("fault", [{"kind": "cut"}, {"kind": "slow", "seconds": 9}])
def test_a_text_message_whose_answer_was_lost_comes_once(
    works: Works, clock: Any, fault: dict[str, Any]
) -> None:
    phones = {member.userid: member.phone for member in works.sandbox.seed.members}
    for person, user in zip(works.people, USERS, strict=True):
        Person.update(phone=phones[user]).where(Person.id == person.id).execute()
    works.sandbox.fault(where="/sms/send", count=1, **fault)
    works.tell(SMS)
    for _ in range(6):
        works.work()
        clock.forward(minutes=3)
    assert works.states(SMS) == ["accepted"] * 3
    assert [len(works.sandbox.person(user).sms()) for user in USERS] == [1, 1, 1]


def test_a_number_that_the_provider_does_not_take_is_a_failure(works: Works) -> None:
    Person.update(phone="12").where(Person.id == works.people[0].id).execute()
    works.tell(SMS)
    works.work()
    assert works.states(SMS)[0] == "failed"
